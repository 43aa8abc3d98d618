"""What a federation reports in Uppföljning Finsam: the fields, what has been registered there, and sending them."""
