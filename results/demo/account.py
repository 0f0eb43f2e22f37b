"""The account that the demo's ops view is looked at with."""

from __future__ import annotations

import secrets
from typing import NamedTuple

from django.contrib.auth import get_user_model
from django.core.management import call_command


class Login(NamedTuple):
    name: str
    password: str


def open_account() -> Login:
    """A member of the staff with a password that is new at each start."""
    call_command("migrate", verbosity=0, interactive=False)
    login = Login("demo", secrets.token_urlsafe(9))
    users = get_user_model().objects
    user, _ = users.get_or_create(username=login.name)
    user.is_staff = user.is_active = True
    user.set_password(login.password)
    user.save()
    return login
