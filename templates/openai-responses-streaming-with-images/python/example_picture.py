"""A picture to begin with, a red tent below a mountain: name your own in its place."""

# The address of a picture may hold the file itself, here a PNG of 64 x 48 pixels.
PICTURE = (
    "data:image/png;base64,"
    "iVBORw0KGgoAAAANSUhEUgAAAEAAAAAwBAMAAABTZWEsAAAAElBMVEV4vvD/0kZaeJY8WkbIRjLw"
    "8PVSW1LGAAAAtUlEQVR42t2QwQ3DIAxFaaXcywbISicoEyR/gKiS918lkCYlYDDXNr4g8R/vCxtz"
    "5blZa1Ug5PbREaiK/wUG7uyBeVE3OTCzttuQP1WC+U1ZiRQQKYot14hYEKdVcqc0vbxKZDm5jkAq"
    "ylwQIp+cLhhBegEwkVYwAjj/pCLIFTVBUFAT2PKgcA0gCnymeOWDHZiPiwL4ZJFqAPgCcxXwCUAV"
    "2BN/UhghQDoFgOMlkqL8pphfAFavFYYr0VmEwAAAAABJRU5ErkJggg=="
)
