// A push query with callbacks: the rows as they come, on a thread of the library's.
#include "sample.h"

#include <atomic>

using namespace std::chrono_literals;

int main() {
    ksqldb::Client client(sample::server());
    std::atomic<int> status{0};

    ksqldb::StreamCallbacks callbacks;
    callbacks.onHeader = [](ksqldb::StreamControl&, const ksqldb::Header& header) {
        std::cout << "query id: " << header.queryId().value_or("none") << '\n';
    };
    callbacks.onRow = [](ksqldb::StreamControl& control, ksqldb::RowView row) {
        std::cout << row << '\n';
        if (control.counts().delivered == 10) control.cancel();
    };
    callbacks.onEnd = [&status](const ksqldb::Ending& ending) {
        if (ending.error() != nullptr) status = sample::failed(*ending.error());
    };

    // Without LIMIT a push query does not end by itself. The handle ends it when it goes.
    auto subscription =
        client.streamQuery("select * from RATINGS EMIT CHANGES;", std::move(callbacks));
    if (!subscription.waitFor(30s)) std::cout << "no ten rows within 30 seconds\n";
    return status;
}
