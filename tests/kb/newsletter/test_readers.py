"""What each reader takes, what it leaves out and tells, and what it refuses."""

import base64
import io
import zipfile

import pytest

from kb.base.errors import ArushaError
from kb.newsletter.intake.blocks import Kind
from kb.newsletter.intake.formats import read

TEXT = "Officers are trained for two weeks each year, in classes of twelve."


def kinds(document):
    return [(block.kind.value, block.plain) for block in document.blocks]


def told(document):
    return {note.key for note in document.notes}


def gone(document):
    return [(each.reason, each.text) for each in document.dropped]


def run(text, properties=""):
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def test_tracked_changes_are_taken_and_left_out(make):
    body = make.paragraph(
        run("Rotation takes ")
        + '<w:del w:id="1"><w:r><w:delText>three</w:delText></w:r></w:del><w:ins w:id="2">'
        + run("two")
        + "</w:ins>"
        + run(" years.")
    )
    document = read(make.docx(body), "x.docx")
    assert kinds(document) == [("paragraph", "Rotation takes two years.")]
    assert gone(document) == [("deleted by a tracked change", "three")]
    assert told(document) == {"deleted"}


def test_hidden_text_comments_and_margins_are_listed(make):
    comments = make.part("comments", f'<w:comment w:id="1" w:author="Ann">{make.paragraph("Is this so?")}</w:comment>')
    header = make.part("hdr", make.paragraph("Running head"))
    body = make.paragraph(run("Seen. ") + run("Not seen.", "<w:vanish/>"))
    document = read(make.docx(body, word__comments_dot_xml=comments, word__header1_dot_xml=header), "x.docx")
    assert kinds(document) == [("paragraph", "Seen.")]
    assert gone(document) == [("hidden text", "Not seen."), ("header", "Running head"), ("comment", "Is this so?")]
    assert told(document) == {"hidden", "comments"}


def test_footnotes_stand_after_the_paragraph_that_calls_them(make):
    notes = make.part("footnotes", f'<w:footnote w:id="2">{make.paragraph("Act of 2000.")}</w:footnote>')
    call = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    body = make.paragraph(run("The law") + call + run(" says so.")) + make.paragraph("More.")
    document = read(make.docx(body, word__footnotes_dot_xml=notes), "x.docx")
    assert [(block.kind.value, block.text) for block in document.blocks] == [
        ("paragraph", "The law[^2] says so."),
        ("footnote", "Act of 2000."),
        ("paragraph", "More."),
    ]


RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="image" Target="media/one.png"/>'
    '<Relationship Id="r2" Type="image" Target="http://example.org/two.png" TargetMode="External"/>'
    '<Relationship Id="r3" Type="hyperlink" Target="https://example.org/" TargetMode="External"/>'
    '<Relationship Id="r4" Type="image" Target="../../../../etc/passwd"/></Relationships>'
)


def drawing(kind, key, alt):
    return f'<w:r><w:drawing><wp:inline><wp:docPr id="1" name="x" descr="{alt}"/><a:blip r:{kind}="{key}"/></wp:inline></w:drawing></w:r>'  # noqa: E501


def test_pictures_keep_alternative_text_and_nothing_is_fetched(make):
    body = (
        make.paragraph(run(TEXT) + drawing("embed", "r1", "A desk"))
        + make.paragraph("Figure 1: The desk")
        + make.paragraph(drawing("link", "r2", "Elsewhere") + drawing("embed", "r4", "Outside"))
        + make.paragraph('<w:hyperlink r:id="r3">' + run("our site") + "</w:hyperlink>")
    )
    parts = {"word___rels__document_dot_xml_dot_rels": RELATIONS, "word__media__one_dot_png": make.png}
    document = read(make.docx(body, **parts), "x.docx")
    assert [(block.kind.value, block.plain, block.picture is not None) for block in document.blocks] == [
        ("paragraph", TEXT, False),
        ("image", "A desk", True),
        ("caption", "Figure 1: The desk", False),
        ("image", "Elsewhere", False),
        ("image", "Outside", False),
        ("paragraph", "our site", False),
    ]
    assert document.blocks[-1].text == "[our site](https://example.org/)"
    assert told(document) == {"external", "picture_kind"}


def test_tables_lists_bold_lines_and_typed_bullets(make):
    cells = "".join(f"<w:tc>{make.paragraph(text)}</w:tc>" for text in ("Year", "Cases | all"))
    row = "".join(f"<w:tc>{make.paragraph(text)}</w:tc>" for text in ("2021", "12"))
    numbers = make.part(
        "numbering",
        '<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/></w:lvl></w:abstractNum>'
        '<w:num w:numId="7"><w:abstractNumId w:val="1"/></w:num>',
    )
    listed = '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="7"/></w:numPr></w:pPr>' + run("First") + "</w:p>"
    body = (
        make.paragraph(run("What we did", "<w:b/>"))
        + make.paragraph(TEXT)
        + make.paragraph("• second")
        + listed
        + f"<w:tbl><w:tr>{cells}</w:tr><w:tr>{row}</w:tr></w:tbl>"
    )
    document = read(make.docx(body, word__numbering_dot_xml=numbers), "x.docx")
    assert kinds(document)[:3] == [("heading", "What we did"), ("paragraph", TEXT), ("item", "second")]
    assert [block.marker for block in document.blocks if block.kind is Kind.ITEM] == ["-", "1."]
    assert document.blocks[-1].rows == (("Year", "Cases | all"), ("2021", "12"))


def test_macros_are_told_and_left_alone(make):
    document = read(make.docx(make.paragraph(TEXT), word__vbaProject_dot_bin=b"\0\1"), "x.docm")
    assert told(document) == {"macros"}


def test_a_word_text_of_printed_lines_is_joined_again(make):
    lines = [
        line
        for _ in range(20)
        for line in (
            "Officers are trained for two weeks in",
            "each year, and every one of them is",
            "then asked what was learned.",
            "",
        )
    ]
    document = read(make.docx("".join(map(make.paragraph, lines))), "x.docx")
    assert told(document) == {"wrapped"}
    assert len(document.blocks) == 20


@pytest.mark.parametrize(
    ("encoding", "key"),
    [
        ("utf-8", set()),
        ("utf-8-sig", {"encoding"}),
        ("cp1252", {"encoding"}),
        ("utf-16", {"encoding"}),
        ("utf-16-le", {"encoding"}),
    ],
)
def test_text_is_read_in_its_encoding(encoding, key):
    document = read("L’éthique à l’œuvre – déjà là.".encode(encoding), "x.txt")
    assert kinds(document) == [("paragraph", "L’éthique à l’œuvre – déjà là.")]
    assert told(document) == key


def test_right_to_left_text_is_kept_in_its_order():
    arabic = "تعمل الجمارك على تعزيز النزاهة."
    assert kinds(read(arabic.encode(), "x.txt")) == [("paragraph", arabic)]


def test_private_use_bullets_are_list_items():
    document = read("Our aims:\n\n\uf0d8 openness;\n\n\uf0fc trust.\n".encode(), "x.txt")
    assert kinds(document) == [("paragraph", "Our aims:"), ("item", "openness;"), ("item", "trust.")]


def test_html_is_read_without_scripts_and_nothing_is_fetched(make):
    picture = base64.b64encode(make.png).decode()
    page = (
        "<html><head><title>Site</title><script>alert(1)</script></head><body><nav>Home</nav><h1>Our year</h1>"
        f'<p onclick="x()">Read <a href="javascript:x()">this</a> &lt;now&gt;.</p><img src="http://example.org/a.png" alt="Far">'
        f'<img src="data:image/png;base64,{picture}" alt="Near"><iframe src="x"></iframe>'
        "<table><tr><th>Year</th><th>n</th></tr><tr><td>2021</td><td>4</td></tr></table></body></html>"
    )
    document = read(page.encode(), "x.html")
    assert kinds(document) == [
        ("heading", "Our year"),
        ("paragraph", "Read this <now>."),
        ("image", "Far"),
        ("image", "Near"),
        ("table", "Year n 2021 4"),
    ]
    assert document.blocks[1].text == "Read this &lt;now>."
    assert gone(document) == [("page title", "Site"), ("navigation", "Home")]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("```sh\n# one\n```", [("paragraph", "sh # one")]),
        ("| a | b |\n| --- | --- |\n| 1 | 2 | 3 |", [("table", "a b 1 2 3")]),
        ("a | b\n--- | ---\n1 | 2\nAfter", [("table", "a b 1 2"), ("paragraph", "After")]),
        ("| a | b |\n| 1 | 2 |", [("table", "a b 1 2")]),
        ("1. # Title\n2.\n", [("item", "Title"), ("paragraph", "2.")]),
        ("- one\n\n  two\n- > three", [("item", "one"), ("paragraph", "two"), ("item", "three")]),
        ("> # said\n>\n> more", [("quote", "said"), ("quote", "more")]),
        ("[a]: https://example.org/ 'b'", [("paragraph", "[a]: https://example.org/ 'b'")]),
        ("![one](x.png)\nAnn at the desk", [("image", "one"), ("paragraph", "Ann at the desk")]),
        ("Title\n====\n\nText[^1]\n\n[^1]: Note\n    goes on", None),
    ],
    ids=[
        "code",
        "wide row",
        "row without a bar",
        "no divider",
        "items",
        "in an item",
        "quote",
        "link",
        "picture",
        "note",
    ],
)
def test_markdown_is_read_as_commonmark_and_loses_no_word(text, wanted):
    found = kinds(read(text.encode(), "x.md"))
    assert found == (wanted or [("heading", "Title"), ("paragraph", "Text"), ("footnote", "Note goes on")])


@pytest.mark.parametrize("sign", ["> ", "- ", "1. "])
def test_markdown_of_many_levels_is_whole_or_refused(sign):
    for depth in (40, 150, 3000):
        try:
            document = read(f"{sign * depth}word\n".encode(), "x.md")
        except ArushaError:
            assert depth > 40
        else:
            assert "word" in " ".join(text for _, text in kinds(document))


def test_markdown_keeps_its_parts_and_no_raw_html():
    text = "---\ntitle: T one\nkind: x\n---\n\nTitle\n=====\n\n1. a\n   more\n- b\n\n> said\n\n| x | y |\n|---|---|\n| 1 | 2 |\n\n[^n]: Note.\n\nA <b>c</b>.\n"  # noqa: E501
    document = read(text.encode(), "x.md")
    assert [(block.kind.value, block.text) for block in document.blocks if block.kind is not Kind.TABLE] == [
        ("heading", "T one"),
        ("heading", "Title"),
        ("item", "a more"),
        ("item", "b"),
        ("quote", "said"),
        ("footnote", "Note."),
        ("paragraph", "A &lt;b>c&lt;/b>."),
    ]
    assert gone(document)[0][0] == "front matter"


def test_the_content_decides_and_a_wrong_ending_is_told(make):
    document = read(make.docx(make.paragraph(TEXT)), "x.pdf")
    assert document.form == "docx"
    assert [(note.key, note.values) for note in document.notes] == [("ending", {"ending": ".pdf", "format": "docx"})]


def archive(**files):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name.replace("__", "/"), content)
    return target.getvalue()


def scan():
    """A PDF of one page without text."""
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    )


def many_pages(count):
    kids = " ".join("3 0 R" for _ in range(count))
    return scan().replace(b"[3 0 R]/Count 1", f"[{kids}]/Count {count}".encode())


def locked():
    """A PDF that asks for a password."""
    encrypt = (
        b"4 0 obj<</Filter/Standard/V 2/R 3/Length 128/P -44/O<" + b"28" * 32 + b">/U<" + b"31" * 32 + b">>>endobj\n"
    )
    head, rest = scan().split(b"trailer")
    return head + encrypt + rest.replace(b"<</Root 1 0 R>>", b"trailer<</Root 1 0 R/Encrypt 4 0 R/ID[<01><01>]>>")


@pytest.mark.parametrize(
    ("file", "data", "sentence"),
    [
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "protected by a password"),
        ("a.docx", archive(word__document_xml="x")[:60], "damaged or cut off"),
        ("a.docx", b"\0\1\2\3" * 50, "no DOCX file at all"),
        ("a.zip", archive(a="x"), "is an archive"),
        ("a.xlsx", archive(**{"xl__workbook.xml": "<x/>"}), "is a workbook"),
        ("a.pdf", scan(), "(a scan)"),
        ("a.pdf", scan()[:40], "damaged or cut off"),
        ("a.pdf", many_pages(2000), "has 2,000 pages"),
        ("a.pdf", locked(), "protected by a password"),
        ("a.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "is a picture"),
        ("a.exe", b"MZ" + b"\0" * 60, "is a program"),
        ("a.bin", bytes(range(256)) * 20, "no format known here"),
        ("a.txt", b"   \n\n \t\n", "holds no text"),
        ("a.txt", b"word " * 1_000_000, "5.0 MB of text"),
        ("a.txt", b"a\n" * 100_000, "more than 30,000 lines"),
    ],
    ids=lambda given: given if isinstance(given, str) else "",  # bytes of an archive tell the time of day
)
def test_what_cannot_be_read_is_refused_in_one_sentence(file, data, sentence):
    with pytest.raises(ArushaError) as refused:
        read(data, file)
    assert str(refused.value).startswith(f"{file}: ")
    assert sentence in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ({"word__document_dot_xml": "<w>" + " " * 40_000_000 + "</w>"}, "unpacks to far more"),
        ({"word__document_dot_xml": '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'}, "declares entities"),
        ({"word__document_dot_xml": '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'.encode("utf-16")}, "declares entities"),
        ({"word__document_dot_xml": "<x><y></x>"}, "damaged or cut off"),
        ({"word__document_dot_xml": "<x/>"}, "damaged or cut off"),
        ({f"word__part{n}": "" for n in range(5000)}, "unpacks to far more"),
    ],
    ids=["bomb", "entities", "entities-utf-16", "broken-xml", "other-xml", "parts"],
)
def test_hostile_packages_are_refused(parts, sentence, make):
    with pytest.raises(ArushaError, match=sentence):
        read(make.docx(make.paragraph(TEXT), **parts), "a.docx")


def test_deep_nesting_is_refused_or_read(make):
    body = "<w:sdt><w:sdtContent>" * 3000 + make.paragraph(TEXT) + "</w:sdtContent></w:sdt>" * 3000
    with pytest.raises(ArushaError, match="nested more deeply"):
        read(make.docx(body), "a.docx")
