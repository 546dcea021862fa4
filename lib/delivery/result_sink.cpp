#include "delivery/result_sink.h"

#include <exception>
#include <new>
#include <utility>

namespace ksqldb {

detail::ResultReader::~ResultReader() = default;

namespace delivery {

ResultSink::~ResultSink() = default;

KeptResult::KeptResult(Done done, std::optional<std::promise<Header>> header)
    : done_(std::move(done)),
      headerPromise_(std::move(header)),
      store_(std::make_shared<values::RowStore>()) {}

void KeptResult::takeHeader(const Header& header) {
    header_ = header;
    withHeaderPromise([&](std::promise<Header>& promise) { promise.set_value(header); });
}

void KeptResult::takeRows(BatchCursor& cursor) {
    if (keptBytes_ >= largeResult) {
        batches_.push_back(cursor.copyRows(store_));
    } else {
        keptBytes_ += cursor.bytes();
        batches_.push_back(cursor.takeRows(cursor.rowCount()));
    }
}

void KeptResult::complete(const Ending& ending) {
    give(QueryResult(header_, std::move(batches_), ending));
}

void KeptResult::fail(const Error& error) noexcept {
    withHeaderPromise([&](std::promise<Header>& promise) {
        promise.set_exception(std::make_exception_ptr(error));
    });
    give(error);
}

template <class F>
void KeptResult::withHeaderPromise(F&& satisfy) {
    if (!headerPromise_) return;
    try {
        satisfy(*headerPromise_);
    } catch (const std::future_error&) {  // the caller's promise was satisfied, or empty, before
    }
    headerPromise_.reset();
}

TypedResult::TypedResult(std::shared_ptr<detail::ResultReader> reader, Done done)
    : reader_(std::move(reader)), done_(std::move(done)) {}

void TypedResult::takeHeader(const Header& header) { reader_->begin(header); }

void TypedResult::takeRows(BatchCursor& cursor) {
    try {
        reader_->read(cursor.lendRows());
    } catch (const std::bad_alloc&) {
        throw;
    } catch (...) {
        throw detail::thrownBy("reading a row");
    }
}

}  // namespace delivery

}  // namespace ksqldb
