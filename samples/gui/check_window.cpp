// Runs the sample as it is, main.cpp included, against a local server whose rows come when this
// says so, and looks at what the window shows:
//   check_window             fails if it is not what it should be
//   check_window PICTURE     a minute of ratings, and a picture of the window
#include "drawn_texts.h"
#include "server/answer_faults.h"
#include "server/local_server.h"
#include "server/ratings.h"

#include <QApplication>
#include <QComboBox>
#include <QElapsedTimer>
#include <QImage>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QTableView>
#include <QTest>
#include <QTimer>
#include <chrono>
#include <cmath>
#include <functional>
#include <iostream>
#include <memory>

namespace server = ksqldb::server;
using namespace std::chrono_literals;

namespace {

/// What is not as it should be.
struct Wrong {
    QString what;
};

void expect(bool holds, const QString& what) {
    if (!holds) throw Wrong{what};
}

class Check {
public:
    Check() {
        qputenv("KSQLDB_URL", QByteArray::fromStdString(server_.url()));
        hold();
    }

    void run() {
        find();
        window_->resize(820, 720);
        states();
        texts();
        colours();
    }

    /// A minute with a burst, and with a server that is away for a moment.
    void paint(const QString& picture) {
        find();
        release();
        QElapsedTimer clock;
        clock.start();
        bool isAway = false;
        for (double now = 0; now < 62; now = static_cast<double>(clock.elapsed()) / 1000) {
            if (isAway != (now > 38 && now < 41)) {
                isAway = !isAway;
                isAway ? server_.kill() : server_.start();
            }
            // 11 a second, 6 more or less in waves of 30 s.
            const double due =
                11 * now + 28.6 * (1 - std::cos(now * 2 * 3.1416 / 30)) + (now > 20 ? 100 : 0);
            source_.grow(static_cast<std::size_t>(due) - source_.size());
            QTest::qWait(100);
        }
        expect(window_->grab().save(picture), "cannot write " + picture);
    }

private:
    void find() {
        const QWidgetList windows = QApplication::topLevelWidgets();
        for (QWidget* window : windows)
            if (window->windowTitle() == "Ratings") window_ = window;
        expect(window_ != nullptr, "there is no window");
        button_ = window_->findChild<QPushButton*>("button");
        chart_ = window_->findChild<QWidget*>("chart");
        table_ = window_->findChild<QTableView*>("table")->model();
    }

    /// Queries from now on are not answered before release().
    void hold() {
        gate_ = std::make_shared<server::Event>();
        server_.on("/query-stream", server::followsRatings,
                   [gate = gate_, source = source_](server::Exchange& exchange) {
                       if (exchange.waitFor(*gate) == server::Woke::Happened)
                           source.script()(exchange);
                   });
    }
    void release() { gate_->set(); }

    QString text(const char* label) const { return window_->findChild<QLabel*>(label)->text(); }
    qulonglong figure(const char* label) const { return QLocale().toULongLong(text(label)); }
    void wait(const std::function<bool()>& condition, const QString& what) const {
        expect(QTest::qWaitFor(condition, 20'000),
               what + "; the window shows: " + text("state") + ", " + text("stateDetail"));
    }
    void waitForState(const QString& state, const QString& detail) const {
        wait([&] { return text("state") == state && text("stateDetail").contains(detail); },
             "not shown: " + state + ", " + detail);
    }
    void press(const QString& name) {
        expect(button_->text() == name, "the button is not called " + name);
        QTest::mouseClick(button_, Qt::LeftButton);
    }

    void states() {
        waitForState("Connecting", "");
        release();
        waitForState("Waiting for rows", "connected, query transient_RATINGS_1, no row for 0 s");
        source_.grow(3);
        waitForState("Live", "transient_RATINGS_1");
        wait([&] { return figure("shown") == 3 && figure("skipped") == 0; }, "not three rows");
        expect(table_->index(0, 0).data() == "2" && table_->index(2, 0).data() == "0",
               "the newest row is not the first");
        wait([&] { return text("rate") == QLocale().toString(1.0, 'f', 1); }, "not 1 row a second");
        waitForState("Waiting for rows", "no row for 3 s");

        // More than the 50 of a call: the older ones are skipped, and none is forgotten.
        source_.grow(5000);
        waitForState("Catching up", "more rows come than are shown");
        wait([&] { return figure("shown") + figure("skipped") == 5003; }, "not 5003 rows");
        expect(figure("skipped") > 0, "nothing was skipped");
        expect(table_->index(0, 0).data() == "5002", "the newest row is missing");
        waitForState("Waiting for rows", "");
        source_.grow(2000);
        wait([&] { return figure("shown") + figure("skipped") == 7003; }, "not 7003 rows");
        expect(table_->rowCount() <= 1000, "the table grows without end");

        server_.kill();
        waitForState("Reconnecting", "attempt 2, ");
        server_.start();
        waitForState("Waiting for rows", "transient_RATINGS_2");
        expect(figure("gaps") == 1, "no gap is told");

        hold();
        expect(server_.endQuery("transient_RATINGS_2"), "the query does not run");
        waitForState("Reconnecting", "the server has ended the query");
        release();
        waitForState("Waiting for rows", "transient_RATINGS_3");

        press("Stop");
        waitForState("The query has ended", "stopped in this window");
        hold();
        press("Start");
        waitForState("Connecting", "");
        release();
        waitForState("Waiting for rows", "transient_RATINGS_4");
        source_.grow(1);
        waitForState("Live", "");

        press("Stop");
        waitForState("The query has ended", "");
        server_.on("/query-stream", server::followsRatings,
                   server::refusing(400, 40001, "RATINGS does not exist."));
        press("Start");
        waitForState("The query has ended", "RATINGS does not exist.");
        expect(pixels(*window_, "#b3261e") > 20, "a failure is not red");
        expect(button_->text() == "Start", "it cannot be started again");
    }

    /// The axes have names and units, also where there is little room and no text is cut off or
    /// above another.
    void texts() {
        const QSize least = window_->minimumSize();
        for (QSize size = least; size.width() < 1600; size += QSize(30, 10)) {
            window_->resize(size);
            QCoreApplication::processEvents();
            for (const QLabel* label : window_->findChildren<QLabel*>())
                expect(label->wordWrap() ? label->heightForWidth(label->width()) <= label->height()
                                         : label->sizeHint().width() <= label->width(),
                       "cut off: " + label->text());
            for (int span = 0; span < 3; ++span) {
                window_->findChild<QComboBox*>("span")->setCurrentIndex(span);
                const DrawnTexts drawn(*chart_);
                for (const char* name : {"Stars (1 to 5)", "Rows a second", "ratings", "shown",
                                         "skipped", "1", "2", "3", "4", "5", "gap"})
                    expect(drawn.has(name), QString("the chart does not say: ") + name);
                expect(drawn.has("Time of arrival (local, hh:mm:ss)") ||
                           drawn.has("Time of arrival (local, hh:mm)"),
                       "the axis of time has no name");
                readable(drawn);
            }
        }
        window_->findChild<QComboBox*>("span")->setCurrentIndex(0);
    }

    void readable(const DrawnTexts& drawn) {
        for (const auto& one : drawn.all()) {
            expect(QRectF(chart_->rect()).contains(one.place), "cut off: " + one.text);
            for (const auto& other : drawn.all())
                expect(&one == &other || !one.place.intersects(other.place),
                       one.text + " is drawn over " + other.text);
        }
    }

    /// What was shown and skipped, the gap and the mean.
    void colours() {
        window_->resize(820, 720);
        QCoreApplication::processEvents();
        for (const char* colour : {"#3487bd", "#e09f1f", "#b45309", "#d9482b"})
            expect(pixels(*chart_, colour) > 100, QString("hardly anything is ") + colour);
    }

    static int pixels(QWidget& widget, const char* colour) {
        const QImage picture = widget.grab().toImage().convertToFormat(QImage::Format_RGB32);
        const QRgb wanted = QColor(colour).rgb();
        int found = 0;
        for (int y = 0; y < picture.height(); ++y)
            for (int x = 0; x < picture.width(); ++x) found += picture.pixel(x, y) == wanted;
        return found;
    }

    server::NumberedSource source_{server::madeUpRatings(std::chrono::system_clock::now(), 79ms)};
    server::LocalServer server_;
    std::shared_ptr<server::Event> gate_;
    QWidget* window_ = nullptr;
    QPushButton* button_ = nullptr;
    QWidget* chart_ = nullptr;
    QAbstractItemModel* table_ = nullptr;
};

/// In QApplication's constructor, so before main() reads KSQLDB_URL; the rest in its event loop.
void begin() {
    auto check = std::make_shared<Check>();
    QTimer::singleShot(0, qApp, [check] {
        int status = 0;
        try {
            const QString picture = QCoreApplication::arguments().value(1);
            picture.isEmpty() ? check->run() : check->paint(picture);
        } catch (const Wrong& wrong) {
            std::cerr << wrong.what.toStdString() << '\n';
            status = 1;
        }
        QApplication::exit(status);
    });
}
Q_COREAPP_STARTUP_FUNCTION(begin)

}  // namespace
