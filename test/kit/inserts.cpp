#include "description.h"
#include "insert_target.h"

#include <ksqldb/error.h>
#include <ksqldb/result_from.h>

#include <cstdint>

namespace ksqldb::testing {

Inserts::Inserts(std::shared_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}

std::size_t Inserts::count() const { return impl_->server->inserts().count(impl_->target); }

bool Inserts::waitForRows(std::size_t count, milliseconds timeout) const {
    return impl_->server->inserts().waitForCount(impl_->target, count, timeout);
}

QueryResult Inserts::rows() const {
    if (impl_->columns.empty())
        throw Error(ErrorCode::InvalidArgument,
                    "rows() of " + impl_->target + ", which was declared without columns");
    std::vector<std::string> rows = json();
    for (std::string& row : rows) row = detail::insertedRowJson(impl_->columns, row);
    return ksqldb::detail::resultFrom(detail::answerText(impl_->columns, rows));
}

std::vector<std::string> Inserts::json() const {
    return impl_->server->inserts().rows(impl_->target);
}

Inserts& Inserts::refuseRow(std::size_t row, int code, std::string_view message) {
    auto refusal = detail::refusalOf(code, message);
    impl_->server->inserts().refuseRow(impl_->target, row,
                                       {refusal.code, std::move(refusal.message)});
    return *this;
}

Inserts& Inserts::resetsAfter(std::size_t acknowledgements) {
    impl_->spoil([&](server::InsertFaults& faults) {
        faults.resetAfter = static_cast<std::int64_t>(acknowledgements);
    });
    return *this;
}

Inserts& Inserts::mutesAfter(std::size_t acknowledgements) {
    impl_->spoil([&](server::InsertFaults& faults) {
        faults.muteAfter = static_cast<std::int64_t>(acknowledgements);
    });
    return *this;
}

Inserts& Inserts::pace(milliseconds time) {
    impl_->spoil([&](server::InsertFaults& faults) { faults.pace = time; });
    return *this;
}

Inserts& Inserts::recovers() {
    impl_->spoil([](server::InsertFaults& faults) { faults = {}; });
    return *this;
}

}  // namespace ksqldb::testing
