"""Relays for networks that let no UDP through: who gives out their names and passwords, and which one is set up."""

from streaming.turn.provider import Grant, IceServer, TurnCredentials, TurnTrouble, get_turn, set_turn

__all__ = ["Grant", "IceServer", "TurnCredentials", "TurnTrouble", "get_turn", "set_turn"]
