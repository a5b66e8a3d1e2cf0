"""A connector that sends the messages of a region's apps as e-mail (distribution ``smartcity-smtp``)."""
