#pragma once
#include <ksqldb/export.h>
#include <ksqldb/header.h>
#include <ksqldb/row.h>
#include <ksqldb/typed.h>

#include <optional>
#include <utility>
#include <vector>

namespace ksqldb::detail {

/// Takes the rows of a whole result while they come, for Client::executeQuery<T>(). The library
/// calls it on the thread that satisfies futures. What it throws ends the query. *reentrant*
class KSQLDB_API ResultReader {
public:
    ResultReader() = default;
    ResultReader(const ResultReader&) = delete;
    ResultReader& operator=(const ResultReader&) = delete;
    virtual ~ResultReader();

    /// Before all rows.
    virtual void begin(const Header& header) = 0;
    /// The next rows. They live until it returns.
    virtual void read(const RowBatch& rows) = 0;
};

template <class T>
class ResultReaderOf : public ResultReader {
public:
    void begin(const Header& header) override { read_.emplace(header.schema()); }
    void read(const RowBatch& rows) override {
        for (const RowView row : rows)
            if (!row.isTombstone()) all_.push_back((*read_)(row));
    }
    /// All rows. Requires that the query has ended well; once.
    std::vector<T> take() { return std::move(all_); }

private:
    std::optional<RowReader<T>> read_;
    std::vector<T> all_;
};

}  // namespace ksqldb::detail
