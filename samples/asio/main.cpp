// Rows in a Boost.Asio program: they are asked for on the io_context's thread, and waiting for them
// blocks nothing.
#include "../sample.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

namespace asio = boost::asio;

class Ratings {
public:
    Ratings(asio::io_context& io, ksqldb::Client& client)
        : io_(io), stream_(client.streamQuery("select * from RATINGS EMIT CHANGES;")) {
        read();
    }

    bool failed = false;

private:
    void read() try {
        ksqldb::RowView row;
        ksqldb::Next found;
        while ((found = stream_.next(row, ksqldb::milliseconds(0))) == ksqldb::Next::Row)
            std::cout << row << '\n';
        if (found == ksqldb::Next::End) return;
        // Called once, on a thread of the Client's; meanwhile the io_context has something to do.
        auto busy = asio::make_work_guard(io_);
        stream_.notifyWhenReady([this, busy] { asio::post(io_, [this] { read(); }); });
    } catch (const ksqldb::Error& error) {
        failed = sample::failed(error) != 0;
    }

    asio::io_context& io_;
    ksqldb::ResultStream stream_;
};

int main() {
    asio::io_context io;
    ksqldb::Client client(sample::server());
    Ratings ratings(io, client);
    io.run();
    return ratings.failed ? 1 : 0;
}
