// Rows in a GLib program: the callbacks run on the thread of its main loop.
#include "../sample.h"

#include <glib.h>

/// Runs a task on the default main context's next turn.
void runOnMainLoop(std::function<void()> task) {
    using Task = std::function<void()>;
    g_idle_add_full(
        G_PRIORITY_DEFAULT,
        [](gpointer data) -> gboolean {
            (*static_cast<Task*>(data))();
            return G_SOURCE_REMOVE;
        },
        new Task(std::move(task)), [](gpointer data) { delete static_cast<Task*>(data); });
}

int main() {
    GMainLoop* loop = g_main_loop_new(nullptr, FALSE);
    int status = 0;
    ksqldb::StreamCallbacks callbacks;
    callbacks.onRow = [](ksqldb::StreamControl&, ksqldb::RowView row) { std::cout << row << '\n'; };
    callbacks.onEnd = [&](const ksqldb::Ending& ending) {
        if (ending.error() != nullptr) status = sample::failed(*ending.error());
        g_main_loop_quit(loop);
    };
    ksqldb::Client client(sample::server());
    const auto subscription =
        client.streamQuery("select * from RATINGS EMIT CHANGES;", std::move(callbacks),
                           ksqldb::StreamOptions().executor(runOnMainLoop));
    g_main_loop_run(loop);
    g_main_loop_unref(loop);
    return status;
}
