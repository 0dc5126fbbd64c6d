"""Police users. People sign in with their collar number; roles are rows, what they mean is code (`core.roles`)."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models

from core.models.force import Force
from core.roles import ADMIN, ROLE_CHOICES


class UserManager(BaseUserManager["User"]):
    def create_user(self, *, force: Force, collar_number: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(force=force, collar_number=collar_number, username=f"{force.code}-{collar_number}", **fields)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(username=username)


class User(AbstractBaseUser):
    """`username` is `FF-collar` (force code and collar number): unique across forces, never reused."""

    username = models.CharField(max_length=13, unique=True, editable=False)
    force = models.ForeignKey(Force, on_delete=models.PROTECT, related_name="users")
    collar_number = models.CharField(
        max_length=10, validators=[RegexValidator(r"^[A-Z0-9]{1,10}$", "Capital letters and digits, at most 10.")]
    )
    first_name = models.CharField(max_length=35)
    last_name = models.CharField(max_length=35)
    rank = models.CharField(max_length=40, blank=True)
    call_sign = models.CharField(max_length=16, blank=True)
    email = models.EmailField(blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False, help_text="May open the administration pages.")
    is_superuser = models.BooleanField(default=False, help_text="Break-glass account: every administration page.")
    date_joined = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["first_name", "last_name"]

    objects = UserManager()

    class Meta:
        ordering = ("last_name", "first_name")
        constraints = [models.UniqueConstraint(fields=["force", "collar_number"], name="collar_number_once_per_force")]

    def __str__(self) -> str:
        return f"{self.display_name} {self.collar_number}"

    @property
    def display_name(self) -> str:
        """Initial and surname, as logs show people: "A. Okafor"."""
        return f"{self.first_name[:1]}. {self.last_name}"

    @property
    def initials(self) -> str:
        return f"{self.first_name[:1]}{self.last_name[:1]}".upper()

    @cached_property
    def role_codes(self) -> frozenset[str]:
        return frozenset(self.role_grants.values_list("role", flat=True))

    # Django's admin asks these two; content stays closed to administrators because its admin pages are read-only
    # or absent, and because `core.permissions` never looks here.
    def has_perm(self, perm: str, obj: object = None) -> bool:
        return self.is_active and self.is_staff and (self.is_superuser or ADMIN in self.role_codes)

    def has_module_perms(self, app_label: str) -> bool:
        return self.has_perm(app_label)


class RoleGrant(models.Model):
    """One role given to one person. Who gave it, and when, is also in the audit trail."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="role_grants")
    role = models.CharField(max_length=24, choices=ROLE_CHOICES)
    granted_at = models.DateTimeField(auto_now_add=True)
    granted_by = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "role"], name="role_granted_once")]

    def __str__(self) -> str:
        return f"{self.role} for {self.user_id}"
