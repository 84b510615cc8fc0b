"""Charts, SmartArt and formulas put into the Word files, slides and workbooks that tests make."""

from docx.opc.packuri import PackURI as WordURI
from docx.opc.part import Part as WordPart
from lxml import etree
from pptx.chart.data import CategoryChartData
from pptx.chart.xmlwriter import ChartXmlWriter
from pptx.enum.chart import XL_CHART_TYPE
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI

A = "http://schemas.openxmlformats.org/drawingml/2006/main"
C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
DGM = "http://schemas.openxmlformats.org/drawingml/2006/diagram"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
P = "http://schemas.openxmlformats.org/presentationml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
A14 = "http://schemas.microsoft.com/office/drawing/2010/main"
M = "http://schemas.openxmlformats.org/officeDocument/2006/math"


def chart_data(categories, **series):
    """What a chart draws."""
    data = CategoryChartData()
    data.categories = categories
    for name, values in series.items():
        data.add_series(name, values)
    return data


def chart_xml(title, axis, data, kind=XL_CHART_TYPE.COLUMN_CLUSTERED):
    """A chart's part with the titles of itself and of its axis of values."""
    root = etree.fromstring(ChartXmlWriter(kind, data).xml.encode())
    for parent, text in ((root.find(f"{{{C}}}chart"), title), (root.find(f".//{{{C}}}valAx"), axis)):
        said = f"<c:title xmlns:c='{C}' xmlns:a='{A}'><c:tx><c:rich><a:bodyPr/><a:p><a:r><a:t>{text}</a:t></a:r></a:p></c:rich></c:tx></c:title>"
        parent.insert(0, etree.fromstring(said))
    return etree.tostring(root)


def point(id, text="", kind="node"):
    """A point of SmartArt."""
    said = f"<a:p><a:r><a:t>{text}</a:t></a:r></a:p>" if text else "<a:p/>"
    return f"<dgm:pt modelId='{id}' type='{kind}'><dgm:t><a:bodyPr/>{said}</dgm:t></dgm:pt>"


def diagram_xml(*texts):
    """SmartArt whose points stand in the file from the last to the first."""
    points = [point(i, text) for i, text in enumerate(texts, 1)]
    links = [
        f"<dgm:cxn modelId='{100 + i}' srcId='0' destId='{i}' srcOrd='{i - 1}' destOrd='0'/>"
        for i in range(1, len(texts) + 1)
    ]
    return (
        f"<dgm:dataModel xmlns:dgm='{DGM}' xmlns:a='{A}'><dgm:ptLst>{point(0, kind='doc')}{''.join(reversed(points))}"
        f"</dgm:ptLst><dgm:cxnLst>{''.join(reversed(links))}</dgm:cxnLst></dgm:dataModel>"
    ).encode()


def graphic(kind, id):
    """What refers to a chart or to SmartArt."""
    space, name, by = (C, "chart", "id") if kind == "chart" else (DGM, "relIds", "dm")
    element = f"<x:{name} xmlns:x='{space}' xmlns:r='{R}' r:{by}='{id}'/>"
    return f"<a:graphic xmlns:a='{A}'><a:graphicData uri='{space}'>{element}</a:graphicData></a:graphic>"


def on_slide(slide, xml, kind="diagramData"):
    """Puts SmartArt, or a chart, upon a slide."""
    part = Part(
        PackURI(f"/ppt/{kind}/{len(slide.part.rels)}.xml"), "application/xml", slide.part.package, xml
    )
    id = slide.part.relate_to(part, f"{R}/{kind}")
    frame = (
        f"<p:graphicFrame xmlns:p='{P}' xmlns:a='{A}'><p:nvGraphicFramePr><p:cNvPr id='77' name='图'/><p:cNvGraphicFramePr/>"
        f"<p:nvPr/></p:nvGraphicFramePr><p:xfrm><a:off x='0' y='0'/><a:ext cx='1' cy='1'/></p:xfrm>{graphic(kind, id)}</p:graphicFrame>"
    )
    slide.shapes._spTree.append(etree.fromstring(frame))


def formula_box(slide, before, formula):
    """A box with a formula, which older programs are shown as a picture in its place."""
    math = (
        f"<a14:m xmlns:a14='{A14}'><m:oMath xmlns:m='{M}'><m:r><m:t>{formula}</m:t></m:r></m:oMath></a14:m>"
    )
    shown, older = (
        f"<p:sp xmlns:p='{P}'><p:nvSpPr><p:cNvPr id='88' name='x'/><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr/>"
        f"<p:txBody xmlns:a='{A}'><a:bodyPr/><a:p><a:r><a:t>{said}</a:t></a:r>{more}</a:p></p:txBody></p:sp>"
        for said, more in ((before, math), ("旧版看到的", ""))
    )
    slide.shapes._spTree.append(
        etree.fromstring(
            f"<mc:AlternateContent xmlns:mc='{MC}'><mc:Choice Requires='a14' xmlns:a14='{A14}'>{shown}</mc:Choice>"
            f"<mc:Fallback>{older}</mc:Fallback></mc:AlternateContent>"
        )
    )


def in_word(document, xml, kind="chart"):
    """Puts a chart, or SmartArt, into the last paragraph of a Word file."""
    name = WordURI(f"/word/{kind}/{len(document.part.rels)}.xml")
    id = document.part.relate_to(WordPart(name, "application/xml", xml, document.part.package), f"{R}/{kind}")
    run = document.paragraphs[-1].add_run()
    run._r.append(
        etree.fromstring(f"<w:drawing xmlns:w='{run._r.nsmap['w']}'>{graphic(kind, id)}</w:drawing>")
    )
