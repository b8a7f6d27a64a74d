"""Notifications about deadlines, and waiting mail: once, or repeatedly until SIGTERM."""

import logging
import signal
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import OperationalError, close_old_connections
from django.utils import timezone

from committees.actions.deleting import forget_deleted
from committees.actions.mailing import forget_old, forget_waiting, send_waiting
from committees.actions.reminders import notify_deadlines

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Create notices about deadlines, and mail the notices that wait. Several may run at the same time."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--every", type=int, metavar="SECONDS", help="repeat until SIGTERM, with this pause"
        )
        parser.add_argument(
            "--forget-waiting", action="store_true", help="discard the waiting mail, for use after a restore"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["forget_waiting"]:
            self.stdout.write(f"{forget_waiting()} notices will not be mailed.")
        elif options["every"]:
            self._go_on(options["every"])
        else:
            self._round()

    def _go_on(self, pause: int) -> None:
        stopped = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_args: stopped.set())
        while not stopped.is_set():
            close_old_connections()
            try:
                self._round()
            except OperationalError:
                logger.exception("The database did not answer; trying again in the next round")
            stopped.wait(pause)

    def _round(self) -> None:
        notify_deadlines(timezone.localdate())
        done = send_waiting()
        forget_old()
        forget_deleted()
        if done.mails or done.requeued:
            self.stdout.write(f"{done.mails} mails sent, {done.requeued} to be tried again.")
