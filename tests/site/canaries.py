"""A site with unmistakable private data, created and served for tests/site/test_privacy.py."""

from committees.models import User

WORD = "kanari"
NUMBERS = ["90817263", "90817264", "90817265"]
GRADES = ["NotPass", "Bestått"]
PASSWORD = "kanari-passord-71"
PEOPLE = {
    "planner": "Kanari Planlegger",
    "grader": "Kanari Sensor",
    "other": "Kanari Annen",
    "support": "Kanari Hjelper",
}
KEY = "194;PRI1000;1;V1;HØST;2026"
EXAMS = f"{KEY};2026-11-20T09:00;Gløshaugen;\n"
SEATS = f"{KEY};1;Orals;kanarigrader;N\n{KEY};1;Orals;kanariother@uio.no;J\n"
CANDIDATES = "".join(f"kanaristudent{number};{KEY};{number};1;\n" for number in NUMBERS)
BROKEN = f"kanaristudent;{KEY};Kanari Nordmann;1;\nkanari\\broken;{KEY}\n"


def seed() -> None:
    """Create the people; everything else is done by HTTP."""
    for role, name in PEOPLE.items():
        realm = "uio.no" if role == "other" else "ntnu.no"
        person = User(username=f"kanari{role}", name=name, feide_name=f"kanari{role}@{realm}")
        person.email = f"kanari.{role}@example.org"
        person.is_planner, person.is_staff, person.is_superuser = (
            role == "planner",
            role == "support",
            role == "support",
        )
        person.set_password(PASSWORD)
        person.save()
    student = User(
        username="kanaristudent", name="Kanari Student", feide_name=f"kanaristudent{NUMBERS[0]}@ntnu.no"
    )
    student.set_password(PASSWORD)
    student.save()


class SilentFs:
    """An FS that never answers, and whose error quotes the file."""

    def deliver(self, name: str, content: bytes) -> list[object]:
        raise TimeoutError(content.decode())

    def check(self, content: bytes) -> list[object]:
        raise TimeoutError(content.decode())

    def learn(self, kind: str, content: bytes) -> None:
        pass
