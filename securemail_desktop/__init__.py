"""SecureMail Desktop: mail for health care that is protected by the method each recipient can open."""
