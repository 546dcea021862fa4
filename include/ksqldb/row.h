#pragma once
#include <ksqldb/export.h>
#include <ksqldb/index_iterator.h>
#include <ksqldb/value.h>

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace ksqldb {

/// @addtogroup values
/// @{

class Row;

/// One row of a result.
///
/// Lifetime: it is a view of two words, cheap to copy. Do not store it: toRow() makes a copy that
/// may be stored. It lives
/// - in a callback: until the callback returns,
/// - from ResultStream::next(): until the next call of next() or nextBatch() on that stream,
/// - from a QueryResult, a RowBatch or a Row: as long as that object or a copy of it.
///
/// Errors: a column that there is not is Error(UnknownColumn). Values throw what ValueView says.
///
/// Threads: *reentrant*
class KSQLDB_API RowView {
public:
    /// No row. Only assignment and isTombstone() are allowed.
    RowView() noexcept = default;

    /// The columns.
    const Schema& schema() const noexcept;
    /// How many columns there are.
    std::size_t size() const noexcept;

    /// The value of a column, by its place. Throws Error(UnknownColumn) for an index that is
    /// negative or not below size().
    template <class I>
    std::enable_if_t<detail::isIndex<I>, ValueView> operator[](const I& index) const {
        return column(static_cast<std::size_t>(index));
    }
    template <class I>
    std::enable_if_t<detail::isNoIndex<I>, ValueView> operator[](const I&) const = delete;
    /// The value of the column of exactly this name, case included. It is searched for: in a loop
    /// over many rows, ask Schema::indexOf() once and use the place. Throws Error(UnknownColumn).
    ValueView operator[](std::string_view name) const;

    /// The value of a column, by place or name, read as a T: row.get<int>("STARS"). See
    /// from_value.h.
    template <class T, class K>
    T get(const K& column) const {
        return FromValue<T>::read((*this)[column]);
    }

    /// Iterates over the values, in the order of the columns.
    using iterator = detail::IndexIterator<RowView, ValueView>;
    iterator begin() const noexcept { return {*this, 0}; }
    iterator end() const noexcept { return {*this, size()}; }

    /// Whether it is a delete on a table: its key columns have their values, all others are null.
    bool isTombstone() const noexcept;

    /// A copy that owns its memory.
    Row toRow() const;
    /// The row as a JSON object that /inserts-stream takes back, see ValueView::toJson(). A name
    /// that is no identifier in capitals is quoted.
    std::string toJson() const;
    /// The row as text for people: "USER_ID: alice, COUNT: 2".
    std::string toString() const;

private:
    friend class detail::RowBlock;
    friend class Row;
    friend class RowBatch;
    RowView(const detail::RowBlock* block, std::uint32_t row) noexcept : block_(block), row_(row) {}
    ValueView column(std::size_t i) const;

    const detail::RowBlock* block_ = nullptr;
    std::uint32_t row_ = 0;
};

/// One row that owns its memory: it may be stored. It is compact and keeps nothing else alive.
/// Copies share it. *thread-safe*
class KSQLDB_API Row {
public:
    /// Copies the row.
    explicit Row(const RowView& row);

    /// The row as a view, which lives as long as this object or a copy of it. So it is not to be
    /// had from a temporary.
    RowView view() const& noexcept;
    RowView view() const&& = delete;
    operator RowView() const& noexcept { return view(); }
    operator RowView() const&& = delete;

    /// The value of a column, by place or name, as in RowView.
    template <class K>
    ValueView operator[](const K& column) const& {
        return view()[column];
    }
    template <class K>
    ValueView operator[](const K& column) const&& = delete;
    /// The value of a column, by place or name, read as a T, as in RowView.
    template <class T, class K>
    T get(const K& column) const& {
        return view().template get<T>(column);
    }
    template <class T, class K>
    T get(const K& column) const&& {
        static_assert(!std::is_same_v<T, std::string_view>,
                      "a string_view into a row that is gone would dangle: use std::string");
        return view().template get<T>(column);
    }

    /// As in RowView.
    bool isTombstone() const noexcept { return view().isTombstone(); }
    std::string toJson() const { return view().toJson(); }
    std::string toString() const { return view().toString(); }

    /// Equal columns (names, types, keys) and equal values, as they were sent. So DECIMAL 1.1 and
    /// 1.10 differ, and a delete differs from a row of nulls. The order of an object's members does
    /// not count.
    friend KSQLDB_API bool operator==(const Row& a, const Row& b);
    friend bool operator!=(const Row& a, const Row& b) { return !(a == b); }

private:
    std::shared_ptr<const detail::RowBlock> block_;
};

/// Rows that came together. Shared and immutable; cheap to copy. A batch that is kept keeps its
/// memory, which StreamOptions::bufferBytes does not count any more. *thread-safe*
class KSQLDB_API RowBatch {
    /// Rows by their place, for the iterator.
    struct Rows {
        const detail::RowBlock* block = nullptr;
        std::uint32_t first = 0;

        RowView operator[](std::size_t i) const noexcept {
            return {block, first + static_cast<std::uint32_t>(i)};
        }
    };

public:
    /// No rows.
    RowBatch() noexcept;

    std::size_t size() const noexcept { return last_ - first_; }
    bool empty() const noexcept { return last_ == first_; }
    /// The row at this place, which lives as long as the batch or a copy of it. Requires
    /// i < size().
    RowView operator[](std::size_t i) const& noexcept { return Rows{block_.get(), first_}[i]; }
    RowView operator[](std::size_t i) const&& = delete;

    /// Iterates over the rows.
    using iterator = detail::IndexIterator<Rows, RowView>;
    iterator begin() const noexcept { return {{block_.get(), first_}, 0}; }
    iterator end() const noexcept { return {{block_.get(), first_}, size()}; }

private:
    friend class detail::RowBlock;
    RowBatch(std::shared_ptr<const detail::RowBlock> block, std::uint32_t first,
             std::uint32_t last) noexcept;

    std::shared_ptr<const detail::RowBlock> block_;
    std::uint32_t first_ = 0;
    std::uint32_t last_ = 0;
};

/// Writes toString().
KSQLDB_API std::ostream& operator<<(std::ostream& out, const RowView& row);
KSQLDB_API std::ostream& operator<<(std::ostream& out, const Row& row);

/// @}

}  // namespace ksqldb
