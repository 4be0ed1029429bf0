"""What tests share: servers, factories, a visitor, a recipient."""
