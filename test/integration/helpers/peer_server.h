#pragma once

#include "support.h"

#include <memory>
#include <string>

namespace ksqldb::test {

// The statements, properties and data of the official Java client's own tests.
inline const std::string pushQuery = "select * from foo emit changes;";
inline const std::string pushQueryWithLimit = "select * from foo emit changes limit 10;";
inline const std::string pullQuery = "select * from foo where rowkey='1234';";
constexpr int peerRows = 10;

/// The 14 columns.
const Columns& peerColumns();
/// Row i as the server writes it.
std::string peerRow(int i);
/// Looks at everything that row i is, by every getter that fits.
void verifyRow(const RowView& row, int i);

/// The server behind the Java client's tests: 14 columns and 10 rows for whatever is asked. What
/// has "emit changes" is a push query, which without a limit stays open.
class PeerServer {
public:
    explicit PeerServer(Wire wire);

    LocalServer& server() { return server_; }
    Client& client() { return client_; }

    /// All push queries that run fail.
    void failQueries() { failure_->set(); }
    /// Queries are refused from now on.
    void refuseQueries();
    /// Push queries bring so many rows instead of 10.
    void bring(int rows) { *rows_ = rows; }

    /// Whether the server saw this statement last, with the properties of pushProperties().
    void expectLastQuery(const std::string& sql, bool withProperties) const;

private:
    Script script();

    std::shared_ptr<Event> failure_ = std::make_shared<Event>();
    std::shared_ptr<std::atomic<int>> rows_ = std::make_shared<std::atomic<int>>(peerRows);
    LocalServer server_;
    Client client_;
};

/// {"prop1":"val1","prop2":23}
template <class Options>
Options pushProperties() {
    Options options;
    options.property("prop1", "val1").property("prop2", 23);
    return options;
}

class PeerRows : public testing::TestWithParam<Wire> {
protected:
    PeerServer peer{GetParam()};
    LocalServer& server = peer.server();
    Client& client = peer.client();

    void expectPeerHeader(const Header& header) const;
};

// The tests that the table of ids in test_peer_rows.cpp names are in these two files.
class StreamRows : public PeerRows {};
class QueryRows : public PeerRows {};

}  // namespace ksqldb::test
