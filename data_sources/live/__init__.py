"""Views to wall, wall to frames, frames to clients."""
