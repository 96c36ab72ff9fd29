"""All that computes with torch; what lies outside imports none of it but when it is needed."""
