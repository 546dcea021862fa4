#pragma once
#include <ksqldb/export.h>
#include <ksqldb/value.h>

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>

namespace ksqldb {

class Row;

/// One row, a view: two words, to be copied freely and never stored. In a callback it lives until
/// the callback returns, from ResultStream::next() until the next call on that stream, from a
/// RowBatch, Row or QueryResult as long as that object. *reentrant*
class KSQLDB_API RowView {
public:
    RowView() noexcept = default;  ///< no row; only assignment and isTombstone() are allowed

    const Schema& schema() const noexcept;
    std::size_t size() const noexcept;
    /// Any integer type will do. Throws Error(UnknownColumn), for a negative index as well.
    ValueView operator[](std::size_t i) const;
    /// By exact name; a search, so resolve names with Schema::indexOf before a loop.
    ValueView operator[](std::string_view name) const;
    ValueView operator[](const char* name) const { return (*this)[std::string_view(name)]; }
    template <class I>
    std::enable_if_t<detail::isIndex<I>, ValueView> operator[](I i) const {
        return (*this)[static_cast<std::size_t>(i)];
    }

    /// A delete on a table: key columns have their value, all others are null.
    bool isTombstone() const noexcept;

    template <class T>
    T get(std::size_t i) const {
        return FromValue<T>::read((*this)[i]);
    }
    template <class T>
    T get(std::string_view name) const {
        return FromValue<T>::read((*this)[name]);
    }

    /// An owning copy in memory of its own.
    Row toRow() const;
    /// A JSON object that /inserts-stream takes back, see ValueView::toJson(). Names that are not
    /// upper-case identifiers are quoted.
    std::string toJson() const;
    /// For people to read: "USER_ID: alice, COUNT: 2".
    std::string toString() const;

private:
    friend class detail::RowBlock;
    friend class Row;
    RowView(const detail::RowBlock* block, std::uint32_t row) noexcept : block_(block), row_(row) {}

    const detail::RowBlock* block_ = nullptr;
    std::uint32_t row_ = 0;
};

KSQLDB_API std::ostream& operator<<(std::ostream& out, const RowView& row);

/// An owning row: compact, it keeps no batch alive. Copies share it. *thread-safe*
class KSQLDB_API Row {
public:
    explicit Row(const RowView& row);

    RowView view() const noexcept;
    operator RowView() const noexcept { return view(); }
    template <class K>
    ValueView operator[](const K& column) const {
        return view()[column];
    }
    template <class T, class K>
    T get(const K& column) const {
        return FromValue<T>::read((*this)[column]);
    }

    /// Equal columns (names, types, keys) and equal values, as they were sent: DECIMAL 1.1 and 1.10
    /// differ, and a delete differs from a row of nulls. The order of an object's members does not
    /// count.
    friend KSQLDB_API bool operator==(const Row& a, const Row& b);
    friend bool operator!=(const Row& a, const Row& b) { return !(a == b); }

private:
    std::shared_ptr<const detail::RowBlock> block_;
};

/// The rows that came together: a shared, immutable block. Keeping one keeps its memory, which the
/// stream's byte limit then no longer counts. *thread-safe*
class KSQLDB_API RowBatch {
public:
    class KSQLDB_API iterator {
    public:
        using value_type = RowView;
        using reference = RowView;
        using pointer = void;
        using difference_type = std::ptrdiff_t;
        using iterator_category = std::input_iterator_tag;

        RowView operator*() const { return (*batch_)[row_]; }
        iterator& operator++() {
            ++row_;
            return *this;
        }
        iterator operator++(int) {
            iterator old = *this;
            ++row_;
            return old;
        }
        friend bool operator==(const iterator& a, const iterator& b) { return a.row_ == b.row_; }
        friend bool operator!=(const iterator& a, const iterator& b) { return a.row_ != b.row_; }

    private:
        friend class RowBatch;
        iterator(const RowBatch* batch, std::size_t row) : batch_(batch), row_(row) {}
        const RowBatch* batch_;
        std::size_t row_;
    };

    RowBatch() noexcept;  ///< empty
    std::size_t size() const noexcept { return last_ - first_; }
    bool empty() const noexcept { return last_ == first_; }
    RowView operator[](std::size_t i) const noexcept;  ///< requires i < size()
    iterator begin() const { return {this, 0}; }
    iterator end() const { return {this, size()}; }

private:
    friend class detail::RowBlock;
    RowBatch(std::shared_ptr<const detail::RowBlock> block, std::uint32_t first,
             std::uint32_t last) noexcept;

    std::shared_ptr<const detail::RowBlock> block_;
    std::uint32_t first_ = 0;
    std::uint32_t last_ = 0;
};

}  // namespace ksqldb
