#pragma once
#include <ksqldb/export.h>
#include <ksqldb/result.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ksqldb::testing {

/// @addtogroup testing
/// @{

/// A stream or table of the Server's that rows can be inserted into, see Server::insertsInto().
/// Each row is checked as ksqlDB checks it, and kept: the first 100 000. Rows come by
/// /inserts-stream; INSERT VALUES is answered, and its values are in the statement alone:
/// Server::requests().
///
/// It is a handle, and may outlive the server. *thread-safe*
class KSQLDB_API Inserts {
public:
    /// How many rows were taken.
    std::size_t count() const;
    /// Waits until so many were taken, or more. False if they are not in time.
    bool waitForRows(std::size_t count, std::chrono::milliseconds timeout) const;
    /// The rows that were taken, in their order, by the columns of the target: those that a row did
    /// not have are NULL. Throws Error(InvalidArgument) if the target was declared without columns.
    QueryResult rows() const;
    /// The same as structs or tuples, see typed.h.
    template <class T>
    std::vector<T> rowsAs() const {
        return rows().template as<T>();
    }
    /// The rows as they came, each a JSON object.
    std::vector<std::string> json() const;

    /// Refuses one row of those that come, counted from 0 over all inserts. It ends its insert; the
    /// rows behind it are ignored.
    Inserts& refuseRow(std::size_t row, int code = 40000,
                       std::string_view message =
                           "Can't coerce a field of type class "
                           "java.lang.String into type INTEGER");
    /// In each insert from now on, resets the stream behind so many acknowledgements.
    Inserts& resetsAfter(std::size_t acknowledgements);
    /// In each insert from now on, acknowledges no more than so many rows, though it takes all.
    Inserts& mutesAfter(std::size_t acknowledgements);
    /// From now on, waits so long before each acknowledgement.
    Inserts& pace(std::chrono::milliseconds time);
    /// Inserts are well again.
    Inserts& recovers();

    struct Impl;
    explicit Inserts(std::shared_ptr<Impl> impl) noexcept;

private:
    std::shared_ptr<Impl> impl_;
};

/// @}

}  // namespace ksqldb::testing
