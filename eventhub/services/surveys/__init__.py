"""Create and edit surveys, store answers, send invitations."""
