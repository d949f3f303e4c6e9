"""Show: one article with its mentions in, a view for people out."""
