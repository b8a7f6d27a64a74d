"""Looks for deadlines, and mails what waits to be mailed: once, or again and again until it is told to stop."""

import logging
import signal
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import OperationalError, close_old_connections
from django.utils import timezone

from committees.actions.mailing import forget_old, forget_waiting, send_waiting
from committees.actions.reminders import notify_deadlines

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Tell of deadlines, and mail the notices that wait. Any number of these may run at once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--every", type=int, metavar="SECONDS", help="go on until SIGTERM, with so long a pause"
        )
        parser.add_argument(
            "--forget-waiting", action="store_true", help="mail nothing of what waits now: after a restore"
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
            signal.signal(number, lambda *_told: stopped.set())
        while not stopped.is_set():
            close_old_connections()
            try:
                self._round()
            except OperationalError:
                logger.exception("The database did not answer; the next round asks it again")
            stopped.wait(pause)

    def _round(self) -> None:
        notify_deadlines(timezone.localdate())
        done = send_waiting()
        forget_old()
        if done.mails or done.requeued:
            self.stdout.write(f"{done.mails} mails sent, {done.requeued} to be tried again.")
