#pragma once
#include <ksqldb/ksqldb.h>

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <future>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

// What every test against a real server needs: a Client, names that nobody else has, and the end of
// all that was made under them.
namespace ksqldb::live {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// For what the server does in its own time: starting a query, filling a table.
constexpr seconds patience{120};

/// KSQLDB_URL, KSQLDB_API_KEY, KSQLDB_API_SECRET.
ClientOptions serverOptions();

class Live : public testing::Test {
protected:
    void TearDown() override;

    /// KSQLDB_CPP_TEST_<hex digits>_<what>: a stream, table or topic of this test.
    std::string name(std::string_view what) const;

    /// Executes a statement.
    StatementResult run(const Statement& statement, CommandOptions options = {});
    /// CREATE STREAM name (columns), in JSON, with a topic of one partition. Dropped at the end.
    void createStream(const std::string& name, const std::string& columns);
    /// CREATE STREAM or TABLE name AS …, from the beginning of its source. Waits until its query
    /// runs; its id. Dropped at the end.
    std::string createAs(const std::string& kind, const std::string& name,
                         const std::string& select);
    /// What is to be executed at the end, the last one first.
    void atEnd(std::string statement) { atEnd_.push_back(std::move(statement)); }

    /// Asks until the answer is as wanted, errors of the server included: a table can be asked only
    /// seconds after its query runs. The last answer, or the last Error, when patience is over.
    QueryResult pullUntil(const Statement& query,
                          const std::function<bool(const QueryResult&)>& isWanted);
    /// A push query with LIMIT, from the beginning.
    QueryResult pushFromStart(const Statement& query);

    Client client{serverOptions()};

private:
    void drop(const char* kind, const std::string& name);

    std::vector<std::string> atEnd_;
};

/// future.get(), but not for ever.
template <class T>
T take(std::future<T>&& future) {
    if (future.wait_for(patience) != std::future_status::ready)
        throw std::runtime_error("no answer in time");
    return future.get();
}

/// The Error that a call ends with.
template <class Call>
Error errorFrom(Call&& call) {
    try {
        call();
    } catch (const Error& error) {
        return error;
    }
    ADD_FAILURE() << "no Error";
    return Error(ErrorCode::InternalError, "no Error");
}

/// Asks again until it is so, for as long as patience lasts.
bool becomesTrue(const std::function<bool()>& isSo);

template <class List>
bool hasName(const List& list, std::string_view name) {
    for (const auto& element : list)
        if (element.name == name) return true;
    return false;
}

}  // namespace ksqldb::live
