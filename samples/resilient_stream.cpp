// A push query that goes on when its server ends it, or is lost: restart ksqlDB meanwhile. (The
// local server plays a recording of four rows, and its end.)
#include "sample.h"

#include <atomic>

using namespace std::chrono_literals;

int main() {
    // Calls that fail for now are made again: five times, at most 30 s from the call on.
    const auto patience = ksqldb::RetryPolicy().attempts(5).delay(200ms, 5s).within(30s);
    ksqldb::Client client(sample::server().retry(patience));
    std::atomic<int> status{0};

    ksqldb::StreamCallbacks callbacks;
    callbacks.onRow = [](ksqldb::StreamControl& control, ksqldb::RowView row) {
        std::cout << row << '\n';
        if (control.counts().delivered == 6) control.cancel();
    };
    // In order with the rows: what is lost, is lost where Gap stands.
    callbacks.onEvent = [](ksqldb::StreamControl&, const ksqldb::StreamEvent& event) {
        std::cout << event << '\n';
    };
    callbacks.onEnd = [&status](const ksqldb::Ending& ending) {
        std::cout << "ended: " << ending << '\n';
        if (ending.error() != nullptr) status = sample::failed(*ending.error());
    };

    // Where the server sends no tokens, the query goes on with what is new by then.
    auto subscription =
        client.streamQuery("select * from RATINGS EMIT CHANGES;", std::move(callbacks),
                           ksqldb::StreamOptions().resume(patience, ksqldb::ResumeFrom::Latest));
    if (!subscription.waitFor(30s)) std::cout << "no six rows within 30 seconds\n";
    return status;
}
