"""What is wrong, in words: every code that the rooms of people and dossiers answer with."""

from __future__ import annotations

from thuishaven.access import AccessError
from thuishaven.locale import N_, _, number

#: Code, and what is said of it; the braces are filled with what the room gives along.
WORDS: dict[str, str] = {
    "sign_in_refused": N_(
        "This address and password do not go together. Is it your account? Wait a minute and try again, "
        "or choose a new password."
    ),
    "code_wrong": N_(
        "This code is not right. A code works once and for half a minute: type the one that your app "
        "shows now."
    ),
    "code_refused": N_(
        "This code is not right, or it was used before. Type the code that your app shows now, or one of "
        "your recovery codes."
    ),
    "too_busy": N_("Too many people sign in at this moment. Try again in a few seconds."),
    "email_form": N_("This is no e-mail address. For example: an@example.org"),
    "name_form": N_("Give a name, of at most {most} characters."),
    "password_short": N_("This password is too short: choose at least {least} characters."),
    "password_long": N_("This password is too long: at most {most} characters."),
    "password_common": N_(
        "This password is guessed first: too many people use it, or it repeats itself. Choose a few words "
        "that do not belong together."
    ),
    "password_own": N_("This password is too much like your name or address. Choose other words."),
    "password_wrong": N_("This is not your password."),
    "password_unlike": N_("The two passwords are not the same. Type them once more."),
    "ticket_gone": N_("This link has been used already, or its time is over. Ask for a new one."),
    "email_taken": N_("There is an account with this address already."),
    "account_exists": N_(
        "There is an account with this address already. Sign in with it, and open the link again."
    ),
    "invited_other": N_(
        "This invitation is for another address than that of your account. Sign out, and open the link again."
    ),
    "session_gone": N_("You are no longer signed in."),
    "key_gone": N_("This API key has ended or was revoked."),
    "link_gone": N_("This link has ended or was taken back. Ask the one who gave it for a new one."),
    "second_step_on": N_("The second step is on already."),
    "second_step_off": N_("The second step is not on."),
    "last_administrator": N_(
        "You are the last administrator of an organisation with other people in it. Make somebody else "
        "administrator first."
    ),
    "scope_unknown": N_("Choose at least one thing that the key may do."),
    "role_unknown": N_("Choose at least one role."),
    "life_long": N_("Choose an end: at most {days} days from now."),
    "language_unknown": N_("Choose one of the languages."),
    "country_unknown": N_("Choose one of the countries."),
    "number_form": N_("A number has at most {most} characters."),
    "part_needed": N_("Choose the part that may be filled in."),
    "reason_needed": N_("Write why: it stands in the log."),
    "provider_unknown": N_("There is no such way to sign in here."),
    "provider_silent": N_("The other site does not answer now. Try again in a while."),
    "provider_elsewhere": N_(
        "The other site gave an address that is not its own. Tell whoever runs this server."
    ),
    "provider_refused": N_("The other site did not let you in, or you went back. Nothing was changed."),
    "away_gone": N_("That took too long, or was begun in another browser. Begin again."),
    "token_wrong": N_("What the other site said cannot be trusted. Begin again."),
    "acr_low": N_("You signed in there with less certainty than is asked here. Choose a stronger way there."),
    "claim_missing": N_("The other site did not say what is needed: {claim}."),
    "claim_required": N_("This account of the other site may not be used here."),
    "claim_national": N_(
        "The other site sent the number of a person. That is never kept here, so you cannot come in this way."
    ),
    "quota_dossiers": N_(
        "Your organisation has {most} dossiers, as many as this server keeps for one. Erase some that are "
        "not needed any more, or ask whoever runs it for more room."
    ),
    "quota_bytes": N_(
        "Your organisation has used all its room on this server. Erase dossiers that are not needed any "
        "more, or ask whoever runs it for more room."
    ),
    "room_form": N_("Fill in a whole number of 1 or more, such as 50, or nothing for the usual room."),
    "archived": N_("This dossier is archived. Take it out of the archive to change it."),
    "changed_since": N_("Somebody changed this since. Nothing was overwritten."),
    "denied": N_("Your roles do not allow this."),
    "not_found": N_("It is not here, or not for you to see."),
    "owner_needed": N_(
        "This server works with a database user that may not do this. Whoever runs it does it in a terminal."
    ),
}

#: What was just done, as the address of the next page names it.
DONE: dict[str, str] = {
    "out": N_("You are signed out."),
    "out_all": N_("You are signed out everywhere."),
    "late": N_("That took longer than five minutes. Begin again with your password."),
    "asked": N_(
        "Look in your mailbox. If this address can be used, there is a letter with a link in it within a few "
        "minutes; look under unwanted mail too."
    ),
    "confirmed": N_("Your account is ready. Sign in with the password that you chose."),
    "reset": N_("Your password is changed, and you are signed out everywhere. Sign in with the new one."),
    "moved": N_("Your new address is confirmed. From now on you sign in with it."),
    "kept": N_("Your changes are kept."),
    "asked_email": N_(
        "A letter is on its way to the new address. Until you open its link, the old one stays."
    ),
    "step_off": N_("The second step is off."),
    "ended": N_("The session has ended."),
    "revoked": N_("The key is revoked. It stopped working at once."),
    "joined": N_("Welcome. You now act for this organisation."),
    "made": N_("The organisation is made, and you act for it."),
    "switched": N_("You now act for this organisation."),
    "left": N_("You have left the organisation."),
    "room": N_("The organisation has this room from now on."),
    "invited": N_("The invitation is on its way."),
    "withdrawn": N_("The invitation is taken back. Its link no longer works."),
    "given": N_("The role is given."),
    "taken": N_("The role is taken away. That counts at once."),
    "erased": N_("Your account is erased."),
    "erased_other": N_("The account is erased."),
    "disabled": N_("This person is locked out, and signed out everywhere."),
    "enabled": N_("This person may come in again."),
}


def told(error: AccessError | str, **params: object) -> str:
    """What is wrong, in the language in use.

    Parameters
    ----------
    error
        What a room raised, or its code.
    params
        What the words mention, with a code.
    """
    code, given = (error, params) if isinstance(error, str) else (error.code, error.params)
    msgid = WORDS.get(code)
    if msgid is None:
        return _("This is not possible ({code}).", code=code)
    known = {name: value for name, value in given.items() if isinstance(value, str | int)}
    return _(
        msgid, **{name: value if isinstance(value, str) else number(value) for name, value in known.items()}
    )
