#include "drawn_texts.h"

#include <QPainter>
#include <QPainterPath>
#include <QWidget>
#include <algorithm>

DrawnTexts::DrawnTexts(QWidget& widget) : widget_(widget) { widget.render(this); }

bool DrawnTexts::has(const QString& text) const {
    return std::any_of(all().begin(), all().end(),
                       [&](const Text& drawn) { return drawn.text == text; });
}

int DrawnTexts::metric(PaintDeviceMetric what) const {
    switch (what) {
        case PdmWidth:
            return widget_.width();
        case PdmHeight:
            return widget_.height();
        case PdmWidthMM:
            return widget_.widthMM();
        case PdmHeightMM:
            return widget_.heightMM();
        case PdmDpiX:
            return widget_.logicalDpiX();
        case PdmDpiY:
            return widget_.logicalDpiY();
        case PdmPhysicalDpiX:
            return widget_.physicalDpiX();
        case PdmPhysicalDpiY:
            return widget_.physicalDpiY();
        case PdmNumColors:
            return 1 << 24;
        case PdmDepth:
            return 24;
        default:
            return 1;
    }
}

void DrawnTexts::Engine::drawTextItem(const QPointF& baseline, const QTextItem& item) {
    const QRectF place(baseline.x(), baseline.y() - item.ascent(), item.width(),
                       item.ascent() + item.descent());
    texts.push_back({item.text(), painter()->combinedTransform().mapRect(place)});
}
