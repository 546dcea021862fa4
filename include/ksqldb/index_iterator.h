#pragma once
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <type_traits>

namespace ksqldb::detail {

template <class T>
inline constexpr bool isCharacter = std::is_same_v<T, char> || std::is_same_v<T, wchar_t> ||
#ifdef __cpp_char8_t
                                    std::is_same_v<T, char8_t> ||
#endif
                                    std::is_same_v<T, char16_t> || std::is_same_v<T, char32_t>;

/// An integer type that counts something: neither bool nor a character.
template <class T>
inline constexpr bool isInteger =
    std::is_integral_v<T> && !std::is_same_v<T, bool> && !isCharacter<T>;

/// What would convert to an index and can only be a mistake: `row['a']`, `row[true]`, `row[1.5]`.
template <class T>
inline constexpr bool isNoIndex =
    (std::is_arithmetic_v<T> && !isInteger<T>) || std::is_same_v<T, std::nullptr_t>;

template <class T>
inline constexpr bool isIndex = std::is_convertible_v<const T&, std::size_t> && !isNoIndex<T>;

/// Walks over what a Source has behind operator[]. It keeps a copy of the Source, a view, so it
/// lives as long as what that looks at. It is a random access iterator of C++20's, whose elements
/// are values; C++17 knows such only as input iterators.
template <class Source, class Value>
class IndexIterator {
public:
    using value_type = Value;
    using reference = Value;
    using difference_type = std::ptrdiff_t;
    using iterator_category = std::input_iterator_tag;
    using iterator_concept = std::random_access_iterator_tag;

    /// What `->` gives: it keeps the value while its member is asked.
    class pointer {
    public:
        explicit pointer(Value value) : value_(value) {}
        const Value* operator->() const { return std::addressof(value_); }

    private:
        Value value_;
    };

    IndexIterator() = default;
    IndexIterator(Source source, std::size_t index) : source_(source), index_(index) {}

    Value operator*() const { return source_[index_]; }
    pointer operator->() const { return pointer(**this); }
    Value operator[](difference_type n) const { return *(*this + n); }

    IndexIterator& operator++() {
        ++index_;
        return *this;
    }
    IndexIterator operator++(int) {
        IndexIterator old = *this;
        ++index_;
        return old;
    }
    IndexIterator& operator--() {
        --index_;
        return *this;
    }
    IndexIterator operator--(int) {
        IndexIterator old = *this;
        --index_;
        return old;
    }
    IndexIterator& operator+=(difference_type n) {
        index_ += static_cast<std::size_t>(n);
        return *this;
    }
    IndexIterator& operator-=(difference_type n) { return *this += -n; }

    friend IndexIterator operator+(IndexIterator i, difference_type n) { return i += n; }
    friend IndexIterator operator+(difference_type n, IndexIterator i) { return i += n; }
    friend IndexIterator operator-(IndexIterator i, difference_type n) { return i -= n; }
    friend difference_type operator-(const IndexIterator& a, const IndexIterator& b) {
        return static_cast<difference_type>(a.index_ - b.index_);
    }
    friend bool operator==(const IndexIterator& a, const IndexIterator& b) {
        return a.index_ == b.index_;
    }
    friend bool operator!=(const IndexIterator& a, const IndexIterator& b) { return !(a == b); }
    friend bool operator<(const IndexIterator& a, const IndexIterator& b) {
        return a.index_ < b.index_;
    }
    friend bool operator>(const IndexIterator& a, const IndexIterator& b) { return b < a; }
    friend bool operator<=(const IndexIterator& a, const IndexIterator& b) { return !(b < a); }
    friend bool operator>=(const IndexIterator& a, const IndexIterator& b) { return !(a < b); }

private:
    Source source_{};
    std::size_t index_ = 0;
};

}  // namespace ksqldb::detail
