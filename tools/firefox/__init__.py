"""The app in Firefox: Debian's own build, driven over WebDriver BiDi."""
