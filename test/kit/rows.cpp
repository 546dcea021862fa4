#include "row_json.h"

#include <ksqldb/result_from.h>
#include <ksqldb/testing/rows.h>

namespace ksqldb::testing {

struct Rows::Impl {
    detail::Columns columns;
    std::vector<std::string> rows;
};

Rows::Rows(std::string_view columns)
    : impl_(std::make_unique<Impl>(Impl{detail::columnsOf(columns), {}})) {}
Rows::Rows(Rows&&) noexcept = default;
Rows& Rows::operator=(Rows&&) noexcept = default;
Rows::~Rows() = default;

Rows& Rows::add(const detail::RowValues& values) {
    impl_->rows.push_back(detail::rowJson(impl_->columns, values));
    return *this;
}

QueryResult Rows::result() const {
    return ksqldb::detail::resultFrom(detail::answerText(impl_->columns, impl_->rows));
}

}  // namespace ksqldb::testing
