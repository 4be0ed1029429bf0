"""Send bytes: by SMTP, or into a Maildir."""
