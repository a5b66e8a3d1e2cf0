"""What has to fit together in a region profile, one module per part.

The rules read the document as it is written, so that they also speak of one whose other parts could not be validated; what has
the wrong type is passed over here, because its model reports it.
"""
