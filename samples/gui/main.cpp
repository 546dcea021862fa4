// A live chart and a table of what a push query brings, in Qt: callbacks on the GUI's own thread,
// and never more of them than it can draw.
#include "../sample.h"
#include "rating_window.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QTimer>

int main(int argc, char** argv) try {
    QApplication app(argc, argv);
    QCommandLineParser options;
    options.setApplicationDescription("Follows RATINGS on the ksqlDB at KSQLDB_URL.");
    options.addHelpOption();
    options.addOption({"rows", "Stop after so many rows.", "count"});
    options.addOption(
        {"screenshot", "Save the window when the query has ended, and quit.", "file"});
    options.process(app);

    ksqldb::Client client(sample::server());
    RatingWindow window(client);
    window.doneAfterRows = options.value("rows").toULongLong();
    const QString screenshot = options.value("screenshot");
    if (!screenshot.isEmpty())
        window.onDone = [&] {
            // Not in the midst of a callback, and when everything is laid out.
            QTimer::singleShot(100, &window, [&] {
                const bool saved = window.grab().save(screenshot);
                if (!saved) std::cerr << "cannot write " << screenshot.toStdString() << '\n';
                QApplication::exit(saved && !window.hasFailed() ? 0 : 1);
            });
        };
    window.show();
    return QApplication::exec();
} catch (const ksqldb::Error& error) {
    return sample::failed(error);
}
