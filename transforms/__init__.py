"""What happens to data: one folder a room, one door (`transform.py`) a room, rooms follow the data."""
