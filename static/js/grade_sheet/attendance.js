// The attendance buttons of the rows. Their changes go through the queue of the grades.
import { submitChange } from "./queue.js";
import { pendingGrade, rememberForUndo } from "./state.js";

// Sets the attendance of a row to the value of the pressed button. An undo presses back to the value before.
export function changeAttendance(row, button) {
  const before = button.form.elements.expected_attendance.value;
  const change = newChange(row, before, button.value, button.title);
  change.revert = (current) => submitChange(newChange(current, button.value, before, button.title));
  rememberForUndo(change);
  submitChange(change);
}

function newChange(row, before, attendance, label) {
  const grade = pendingGrade(row);
  return {
    id: row.id,
    candidate: row.dataset.candidate,
    name: `${row.dataset.candidate} ${label}`,
    address: row.querySelector("[name=expected_attendance]").form.action,
    grade,
    before: grade,
    fields: { attendance, expected_attendance: before },
  };
}
