"""The layout of forms with one button, and the date input."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms


def layout_of(form: forms.BaseForm, *layout: Any, submit: Any, has_tag: bool = True) -> FormHelper:
    """Return crispy's layout of `form` with one button. Without `has_tag` the page writes <form> itself."""
    helper = FormHelper()
    button = str(form.auto_id) % "submit" if form.auto_id else "submit"
    helper.layout = Layout(*layout, Submit("submit", submit, css_class="btn btn-primary mt-2", css_id=button))
    helper.form_tag = has_tag
    return helper


class DateInput(forms.DateInput):
    """Date input with the browser's calendar, which requires ISO dates in every language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")
