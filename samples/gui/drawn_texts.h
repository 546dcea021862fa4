#pragma once
#include <QPaintDevice>
#include <QPaintEngine>
#include <QRectF>
#include <QString>
#include <vector>

/// The texts that a widget draws, and where: DrawnTexts texts(*widget).
class DrawnTexts : public QPaintDevice {
public:
    struct Text {
        QString text;
        QRectF place;
    };

    explicit DrawnTexts(QWidget& widget);

    const std::vector<Text>& all() const { return engine_.texts; }
    bool has(const QString& text) const;

    QPaintEngine* paintEngine() const override { return &engine_; }

protected:
    int metric(PaintDeviceMetric what) const override;

private:
    class Engine : public QPaintEngine {
    public:
        Engine() : QPaintEngine(AllFeatures) {}
        bool begin(QPaintDevice*) override { return true; }
        bool end() override { return true; }
        void updateState(const QPaintEngineState&) override {}
        void drawPixmap(const QRectF&, const QPixmap&, const QRectF&) override {}
        void drawPath(const QPainterPath&) override {}
        void drawPolygon(const QPointF*, int, PolygonDrawMode) override {}
        void drawPolygon(const QPoint*, int, PolygonDrawMode) override {}
        void drawTextItem(const QPointF& baseline, const QTextItem& item) override;
        Type type() const override { return User; }

        std::vector<Text> texts;
    };

    QWidget& widget_;
    mutable Engine engine_;
};
