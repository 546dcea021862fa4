#pragma once
#include <ksqldb/export.h>
#include <ksqldb/header.h>
#include <ksqldb/row.h>
#include <ksqldb/typed.h>

#include <cstddef>
#include <iterator>
#include <memory>
#include <vector>

namespace ksqldb {

/// All rows of a query, and the range over them. Shared and immutable; cheap to copy; outlives the
/// Client. *thread-safe*
class KSQLDB_API QueryResult {
public:
    QueryResult();  ///< no columns, no rows
    QueryResult(Header header, std::vector<RowBatch> batches, Ending ending);

    const Header& header() const noexcept;
    const Schema& schema() const noexcept { return header().schema(); }
    /// Finished, or LimitReached where the server said so.
    Ending ending() const noexcept;
    std::size_t size() const noexcept;
    bool empty() const noexcept { return size() == 0; }
    /// Throws Error(OutOfRange). The view lives as long as a QueryResult of this query does.
    RowView operator[](std::size_t i) const;

    class KSQLDB_API iterator {
    public:
        using value_type = RowView;
        using reference = RowView;
        using pointer = void;
        using difference_type = std::ptrdiff_t;
        using iterator_category = std::input_iterator_tag;

        RowView operator*() const { return (*batch_)[row_]; }
        iterator& operator++() {
            if (++row_ == batch_->size()) {
                ++batch_;
                row_ = 0;
            }
            return *this;
        }
        iterator operator++(int) {
            iterator old = *this;
            ++*this;
            return old;
        }
        friend bool operator==(const iterator& a, const iterator& b) {
            return a.batch_ == b.batch_ && a.row_ == b.row_;
        }
        friend bool operator!=(const iterator& a, const iterator& b) { return !(a == b); }

    private:
        friend class QueryResult;
        explicit iterator(const RowBatch* batch) : batch_(batch) {}
        const RowBatch* batch_;
        std::size_t row_ = 0;
    };
    iterator begin() const noexcept;
    iterator end() const noexcept;

    /// All rows as Ts, see typed.h; a tombstone is none. Throws Error(RowMismatch), or what a value
    /// that cannot be read throws.
    template <class T>
    std::vector<T> as() const {
        const RowReader<T> read(schema());
        std::vector<T> out;
        out.reserve(size());
        for (const RowView& row : *this)
            if (!row.isTombstone()) out.push_back(read(row));
        return out;
    }

private:
    struct Data;
    std::shared_ptr<const Data> data_;
};

}  // namespace ksqldb
