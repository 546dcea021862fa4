// A live chart and a table of what a push query brings, in Qt: callbacks on the GUI's own thread,
// and never more of them than it can draw. The library is used in this file; the others draw.
#include "../sample.h"
#include "rating_window.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QTimer>
#include <utility>
#include <vector>

using namespace std::chrono_literals;

namespace {

/// The push query, and what the window is told of it. All of this runs on the window's thread.
class RatingQuery {
public:
    RatingQuery(ksqldb::Client& client, RatingWindow& window) : client_(client), window_(window) {}

    void start() {
        counts_ = {};
        runs_ = true;
        window_.showState(QueryState::Connecting);
        subscription_ =
            client_.streamQuery("select * from RATINGS EMIT CHANGES;", callbacks(), options());
    }
    /// onEnd follows.
    void stop() { subscription_.cancel(); }

    bool runs() const { return runs_; }
    bool hasFailed() const { return hasFailed_; }
    std::uint64_t delivered() const { return counts_.delivered; }

    /// Called when rows have come, and when the query has ended.
    std::function<void()> onProgress = [] {};

private:
    ksqldb::StreamOptions options() {
        // Qt runs a task on the thread of the window, and drops it if the window is gone.
        const auto inWindow = [window = &window_](std::function<void()> task) {
            QMetaObject::invokeMethod(window, std::move(task), Qt::QueuedConnection);
        };
        return ksqldb::StreamOptions()
            .executor(inWindow)
            .minInterval(33ms)   // at most 30 calls a second…
            .maxRowsPerCall(50)  // …with the 50 newest rows
            .overflow(ksqldb::Overflow::KeepLatest)
            // A lost server is looked for during five minutes.
            .resume(ksqldb::RetryPolicy().attempts(100).delay(250ms, 5s).within(5min),
                    ksqldb::ResumeFrom::Latest)
            .livenessProbe(30s, 5s);
    }

    ksqldb::StreamCallbacks callbacks() {
        ksqldb::StreamCallbacks all;
        all.onHeader = [this](ksqldb::StreamControl&, const ksqldb::Header& header) {
            reader_.emplace(header.schema());
            showFollowing(header.queryId());
        };
        all.onRows = [this](ksqldb::StreamControl& control, const ksqldb::RowBatch& rows) {
            ratings_.clear();
            for (const ksqldb::RowView row : rows) ratings_.push_back((*reader_)(row));
            const std::uint64_t skipped = control.counts().dropped - counts_.dropped;
            counts_ = control.counts();
            window_.add(ratings_, skipped);
            onProgress();
        };
        all.onEvent = [this](ksqldb::StreamControl&, const ksqldb::StreamEvent& event) {
            show(event);
        };
        all.onEnd = [this](const ksqldb::Ending& ending) {
            showEnd(ending);
            onProgress();
        };
        return all;
    }

    void showFollowing(const std::optional<std::string>& queryId) {
        window_.showState(
            QueryState::Following,
            "connected, query " + QString::fromStdString(queryId.value_or("without an id")));
    }

    void show(const ksqldb::StreamEvent& event) {
        using Kind = ksqldb::StreamEvent::Kind;
        if (event.kind == Kind::Resumed) return showFollowing(event.queryId);
        if (event.kind == Kind::Gap) return window_.addGap();
        if (event.error)
            reason_ = QString::fromUtf8(event.error->what());
        else if (event.kind == Kind::Disconnected)
            reason_ = "the server has ended the query";
        if (event.kind == Kind::Waiting)
            window_.showState(QueryState::Reconnecting, QString("attempt %1, %2 ms later: %3")
                                                            .arg(event.attempt)
                                                            .arg(event.delay.count())
                                                            .arg(reason_));
    }

    void showEnd(const ksqldb::Ending& ending) {
        runs_ = false;
        hasFailed_ = ending.error() != nullptr;
        if (hasFailed_)
            window_.showState(QueryState::Failed, QString::fromUtf8(ending.error()->what()));
        else
            window_.showState(QueryState::Ended, ending == ksqldb::Ending::Kind::Cancelled
                                                     ? "stopped in this window"
                                                     : "the server has no more rows");
    }

    ksqldb::Client& client_;
    RatingWindow& window_;
    std::optional<ksqldb::RowReader<Rating>> reader_;
    std::vector<Rating> ratings_;
    ksqldb::RowCounts counts_;
    QString reason_;
    bool runs_ = false;
    bool hasFailed_ = false;
    // The last member is the first to go: after it, no callback comes any more.
    ksqldb::Subscription subscription_;
};

}  // namespace

int main(int argc, char** argv) try {
    QApplication app(argc, argv);
    QCommandLineParser options;
    options.setApplicationDescription("Follows RATINGS on the ksqlDB at KSQLDB_URL.");
    options.addHelpOption();
    options.addOption({"screenshot", "Save the window, and quit: when the query ends…", "file"});
    options.addOption({"rows", "…or after so many rows.", "count"});
    options.process(app);

    ksqldb::Client client(sample::server());
    RatingWindow window;
    RatingQuery query(client, window);
    window.onButton = [&] { query.runs() ? query.stop() : query.start(); };

    const QString picture = options.value("screenshot");
    const qulonglong rows = options.value("rows").toULongLong();
    bool isTaken = false;
    if (!picture.isEmpty())
        query.onProgress = [&] {
            const bool isEarly = query.runs() && (rows == 0 || query.delivered() < rows);
            if (isEarly || std::exchange(isTaken, true)) return;
            // Not in the midst of a callback, and when everything is laid out.
            QTimer::singleShot(100, &window, [&] {
                const bool saved = window.grab().save(picture);
                if (!saved) std::cerr << "cannot write " << picture.toStdString() << '\n';
                QApplication::exit(saved && !query.hasFailed() ? 0 : 1);
            });
        };
    window.show();
    query.start();
    return QApplication::exec();
} catch (const ksqldb::Error& error) {
    return sample::failed(error);
}
