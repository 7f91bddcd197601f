"""Words for archives, images and masks that can't be read, and for what was left out of them."""

from engine.problems.words import Plural, Words

WORDS = {
    "images_named_again": Words(
        Plural(
            "count",
            "One row of “{member}” names an image again; of its rows the last one is read.",
            "{count:,} rows of “{member}” name images again; of the rows of an image the last one "
            "is read.",
        ),
        severity="warning",
    ),
    "table_of_images_left_out": Words(
        "“{member}” names {count:,} of {total:,} images, so it is not read.",
        "Add a row for each image, or leave the other images out.",
        "warning",
    ),
    "archive_encrypted": Words(
        "“{member}” in “{file}” is encrypted.", "Make an archive without a password."
    ),
    "archive_compressed": Words(
        "“{member}” in “{file}” is compressed by a method that can't be read.",
        "Make an ordinary ZIP archive.",
    ),
    "archive_outside": Words(
        "The name “{member}” in “{file}” leads out of the archive.",
        "Make the archive again, from one folder.",
    ),
    "archive_bomb": Words(
        "“{file}” would unpack to more than {limit:bytes}, at “{member}”: suspiciously much for "
        "its size.",
        "Is it the right file? If so, store it less compressed.",
    ),
    "archive_has_many_members": Words(
        "“{file}” holds more than {limit:,} files.", "Use a part of the files."
    ),
    "archive_member_large": Words(
        "“{member}” in “{file}” is larger than {limit:bytes}.", "Use a smaller file."
    ),
    "archive_nested": Words(
        "“{member}” in “{file}” is an archive again.", "Unpack the inner archive first."
    ),
    "archive_links": Words(
        Plural(
            "count",
            "One link or device in “{file}” was left out.",
            "{count:,} links or devices in “{file}” were left out.",
        ),
        severity="warning",
    ),
    "archive_member_no_text": Words(
        "“{member}” in “{file}” is no text in UTF-8.", "Save it again in UTF-8, or leave it out."
    ),
    "image_too_large": Words(
        "The image “{member}” in “{file}” has more than {limit:,} pixels.", "Make it smaller."
    ),
    "images_damaged": Words(
        Plural(
            "count",
            "One image is damaged and was left out: “{member}”.",
            "{count:,} images are damaged and were left out; the first is “{member}”.",
        ),
        severity="warning",
    ),
    "images_unpaired": Words(
        Plural(
            "count",
            "One image has no mask, or is a mask without an image, and was left out: “{member}”.",
            "{count:,} images without a mask, or masks without an image, were left out; the first "
            "is “{member}”.",
        ),
        severity="warning",
    ),
    "masks_stretched": Words(
        Plural(
            "count",
            "One mask has other proportions than its image: “{member}”. Both were scaled to the "
            "same size.",
            "{count:,} masks have other proportions than their images; the first is “{member}”. "
            "Both were scaled to the same size.",
        ),
        "See in the rows whether masks and images still fit.",
        severity="warning",
    ),
    "mask_ignores": Words(
        "The value 255 in the masks usually means that a pixel is a border, or has no label. It is "
        "the class “{name}”, and counts like any other in the loss and the metrics.",
        severity="note",
    ),
    "mask_of_many_values": Words(
        "The masks in “{file}” have more than {limit:,} different values; “{member}” is one of "
        "them. A mask has one value for each class.",
        "JPEG blurs the values of masks, and so does scaling: save them as PNG, at their original "
        "size.",
    ),
}
