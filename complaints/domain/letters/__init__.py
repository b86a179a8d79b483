"""Letters by kind: what they are made from, how they are composed, how they are said by phone."""
