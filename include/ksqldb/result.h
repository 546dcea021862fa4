#pragma once
#include <ksqldb/export.h>
#include <ksqldb/header.h>
#include <ksqldb/row.h>
#include <ksqldb/typed.h>

#include <cstddef>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

namespace ksqldb {

/// @addtogroup queries
/// @{

/// All rows of a query. Shared and immutable; cheap to copy. It may outlive the Client.
/// *thread-safe*
///
///     const ksqldb::QueryResult result = client.executeQuery("SELECT …;").get();
///     for (ksqldb::RowView row : result) …
class KSQLDB_API QueryResult {
public:
    /// No columns, no rows.
    QueryResult();
    QueryResult(Header header, std::vector<RowBatch> batches, Ending ending);

    /// The query's id and its columns.
    const Header& header() const& noexcept;
    Header header() && { return std::as_const(*this).header(); }
    /// The columns.
    const Schema& schema() const& noexcept { return header().schema(); }
    Schema schema() && { return std::as_const(*this).schema(); }
    /// How the query ended: Finished, or LimitReached where the server said so.
    Ending ending() const noexcept;
    /// How many rows there are.
    std::size_t size() const noexcept;
    bool empty() const noexcept { return size() == 0; }
    /// The row at this place, as a view that lives as long as this object or a copy of it. So it is
    /// not to be had from a temporary. Throws Error(OutOfRange).
    RowView operator[](std::size_t i) const&;
    RowView operator[](std::size_t i) const&& = delete;
    /// The row at this place, as a copy that may outlive the result. Throws Error(OutOfRange).
    Row row(std::size_t i) const { return (*this)[i].toRow(); }

    /// Iterates over the rows, forwards and backwards.
    class KSQLDB_API iterator {
    public:
        using value_type = RowView;
        using reference = RowView;
        using pointer = RowBatch::iterator::pointer;
        using difference_type = std::ptrdiff_t;
        using iterator_category = std::input_iterator_tag;
        using iterator_concept = std::bidirectional_iterator_tag;

        iterator() = default;

        RowView operator*() const { return (*batch_)[row_]; }
        pointer operator->() const { return pointer(**this); }
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
        iterator& operator--() {
            if (row_ == 0) row_ = (--batch_)->size();
            --row_;
            return *this;
        }
        iterator operator--(int) {
            iterator old = *this;
            --*this;
            return old;
        }
        friend bool operator==(const iterator& a, const iterator& b) {
            return a.batch_ == b.batch_ && a.row_ == b.row_;
        }
        friend bool operator!=(const iterator& a, const iterator& b) { return !(a == b); }

    private:
        friend class QueryResult;
        explicit iterator(const RowBatch* batch) : batch_(batch) {}
        const RowBatch* batch_ = nullptr;
        std::size_t row_ = 0;
    };
    iterator begin() const noexcept;
    iterator end() const noexcept;

    /// All rows as Ts, see typed.h. Deletes on a table are left out. Throws Error(RowMismatch)
    /// where T does not fit the columns, and what reading a value throws. Client::executeQuery<T>()
    /// reads them while they arrive.
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

/// @}

}  // namespace ksqldb
