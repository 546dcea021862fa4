#pragma once
#include "delivery/batch_cursor.h"
#include "values/row_store.h"

#include <ksqldb/header.h>
#include <ksqldb/outcome.h>
#include <ksqldb/result.h>
#include <ksqldb/typed_result.h>

#include <cstddef>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace ksqldb::delivery {

/// What becomes of a whole result. A Collector tells it what comes, in order, and its one end. What
/// it throws ends the query: fail() follows. *thread-bound*
class ResultSink {
public:
    ResultSink() = default;
    ResultSink(const ResultSink&) = delete;
    ResultSink& operator=(const ResultSink&) = delete;
    virtual ~ResultSink();

    virtual void takeHeader(const Header& header) = 0;
    /// All rows of the batch that is open.
    virtual void takeRows(BatchCursor& cursor) = 0;
    /// All rows were taken.
    virtual void complete(const Ending& ending) = 0;
    virtual void fail(const Error& error) noexcept = 0;
};

/// Keeps the rows as they are: executeQuery().
class KeptResult : public ResultSink {
public:
    using Done = std::function<void(Outcome<QueryResult>)>;
    KeptResult(Done done, std::optional<std::promise<Header>> header);

    void takeHeader(const Header& header) override;
    void takeRows(BatchCursor& cursor) override;
    void complete(const Ending& ending) override;
    void fail(const Error& error) noexcept override;

private:
    template <class F>
    void withHeaderPromise(F&& satisfy);
    void give(Outcome<QueryResult> outcome) noexcept { done_(std::move(outcome)); }

    /// The first batches stay as they came. Of a large result the others are copied, and their
    /// memory is used again: fresh memory costs more than the copy, see RowStore.
    static constexpr std::size_t largeResult = std::size_t{2} << 20;

    const Done done_;
    std::optional<std::promise<Header>> headerPromise_;
    Header header_;
    std::size_t keptBytes_ = 0;
    const std::shared_ptr<values::RowStore> store_;
    std::vector<RowBatch> batches_;
};

/// Has them read as the application's type, and keeps none: executeQuery<T>().
class TypedResult : public ResultSink {
public:
    /// Null: the reader has all rows.
    using Done = std::function<void(const Error*)>;
    TypedResult(std::shared_ptr<detail::ResultReader> reader, Done done);

    void takeHeader(const Header& header) override;
    void takeRows(BatchCursor& cursor) override;
    void complete(const Ending&) noexcept override { done_(nullptr); }
    void fail(const Error& error) noexcept override { done_(&error); }

private:
    const std::shared_ptr<detail::ResultReader> reader_;
    const Done done_;
};

}  // namespace ksqldb::delivery
