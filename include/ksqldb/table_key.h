#pragma once
#include <ksqldb/row.h>
#include <ksqldb/typed.h>

#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

// What a live table (live_table.h) has to know of its rows: which part of them is the key, and
// whether two are equal. Not for applications.

namespace ksqldb::detail {

template <class... Sequence>
struct Joined;
template <>
struct Joined<> {
    using type = std::index_sequence<>;
};
template <std::size_t... I>
struct Joined<std::index_sequence<I...>> {
    using type = std::index_sequence<I...>;
};
template <std::size_t... I, std::size_t... J, class... Rest>
struct Joined<std::index_sequence<I...>, std::index_sequence<J...>, Rest...>
    : Joined<std::index_sequence<I..., J...>, Rest...> {};

/// The places of T's fields that are made by key().
template <class T, class = void>
struct KeyFields {
    using Places = std::index_sequence<>;
    using Tuple = std::tuple<>;
};
template <class T>
struct KeyFields<T, std::enable_if_t<IsMapped<T>::value>> {
    static constexpr auto fields = RowMapping<T>::get();

    template <std::size_t I>
    using One = std::conditional_t<std::get<I>(fields).isKey, std::index_sequence<I>,
                                   std::index_sequence<>>;
    template <class Indices>
    struct Of;
    template <std::size_t... I>
    struct Of<std::index_sequence<I...>> {
        using Places = typename Joined<One<I>...>::type;
    };
    using Places = typename Of<
        std::make_index_sequence<std::tuple_size_v<std::decay_t<decltype(fields)>>>>::Places;

    template <std::size_t I>
    using Member = typename MemberOf<std::tuple_element_t<I, std::decay_t<decltype(fields)>>>::type;
    template <class Chosen>
    struct TupleOf;
    template <std::size_t... I>
    struct TupleOf<std::index_sequence<I...>> {
        using type = std::tuple<Member<I>...>;
    };
    using Tuple = typename TupleOf<Places>::type;
};

/// Where a table's Key comes from.
enum class KeyFrom {
    Member,   // T has one key() of this type
    Members,  // Key is a tuple of T's key()s
    Columns,  // Key is a struct with ksqldbFields(), read from the row by itself
};
template <class Key, class T>
constexpr KeyFrom keyFrom() {
    using Tuple = typename KeyFields<T>::Tuple;
    if constexpr (std::is_same_v<Tuple, std::tuple<Key>>)
        return KeyFrom::Member;
    else if constexpr (std::is_same_v<Tuple, Key> && std::tuple_size_v<Tuple> != 0)
        return KeyFrom::Members;
    else
        return KeyFrom::Columns;
}

/// Reads the values of T's key()s from a row, also of a delete, which is no T.
template <class T, class Places = typename KeyFields<T>::Places>
class KeyColumns;
template <class T, std::size_t... I>
class KeyColumns<T, std::index_sequence<I...>> {
    using Fields = KeyFields<T>;
    static constexpr std::size_t count_ = sizeof...(I);

public:
    explicit KeyColumns(const Schema& schema) : KeyColumns(schema, Mismatches()) {}
    typename Fields::Tuple read(const RowView& row) const {
        return read(row, std::make_index_sequence<count_>());
    }
    template <std::size_t N>
    auto readOne(const RowView& row) const {
        return std::get<N>(readers_)(row[places_[N]]);
    }
    static typename Fields::Tuple of(const T& row) {
        return {row.*(std::get<I>(Fields::fields).member)...};
    }
    /// Requires that there is one.
    static const auto& memberOf(const T& row) {
        return std::get<0>(std::tie(row.*(std::get<I>(Fields::fields).member)...));
    }

private:
    KeyColumns(const Schema& schema, Mismatches mismatches)
        : places_{place(schema, std::get<I>(Fields::fields).column, mismatches)...},
          readers_{reader<I>(schema, mismatches)...} {
        mismatches.throwIfAny(schema);
    }
    static std::size_t place(const Schema& schema, std::string_view name, Mismatches& mismatches) {
        const auto found = schema.indexOf(name);
        if (!found) mismatches.missingColumn(schema, name);
        return found.value_or(0);
    }
    template <std::size_t J>
    static ValueReader<typename Fields::template Member<J>> reader(const Schema& schema,
                                                                   Mismatches& mismatches) {
        const std::string_view name = std::get<J>(Fields::fields).column;
        const auto found = schema.indexOf(name);
        return {found ? schema[*found].type : Mismatches::anyType(), std::string(name), mismatches};
    }
    template <std::size_t... N>
    typename Fields::Tuple read(const RowView& row, std::index_sequence<N...>) const {
        return {readOne<N>(row)...};
    }

    std::array<std::size_t, count_> places_;
    std::tuple<ValueReader<typename Fields::template Member<I>>...> readers_;
};

/// Reads the key of a table's row. *thread-safe*
template <class Key, class T, KeyFrom = keyFrom<Key, T>()>
class KeyReader : public KeyColumns<T> {
public:
    using KeyColumns<T>::KeyColumns;
    Key operator()(const RowView& row) const { return this->read(row); }
};
template <class Key, class T>
class KeyReader<Key, T, KeyFrom::Member> : public KeyColumns<T> {
public:
    using KeyColumns<T>::KeyColumns;
    Key operator()(const RowView& row) const { return this->template readOne<0>(row); }
};
template <class Key, class T>
class KeyReader<Key, T, KeyFrom::Columns> : public RowReader<Key> {
    static_assert(IsMapped<Key>::value,
                  "a live table's Key is the type of the row's one key(), or a std::tuple of the "
                  "types of its key()s in order, or a struct with ksqldbFields() that names the "
                  "key's columns");

public:
    using RowReader<Key>::RowReader;
};

/// Reads a T, which may be a ksqldb::Row, for programs that do not know the columns.
template <class T>
class TableRowReader : public RowReader<T> {
public:
    using RowReader<T>::RowReader;
};
template <>
class TableRowReader<Row> {
public:
    explicit TableRowReader(const Schema&) {}
    Row operator()(const RowView& row) const { return row.toRow(); }
};

template <class T, class = void>
struct HasEqual : std::false_type {};
template <class T>
struct HasEqual<T,
                std::void_t<decltype(bool(std::declval<const T&>() == std::declval<const T&>()))>>
    : std::true_type {};

/// Whether two values are equal: by ==, by all mapped members where there is none.
template <class T, class = void>
struct Same {
    static bool check(const T& a, const T& b) {
        if constexpr (std::is_floating_point_v<T>) {
            return a == b || (a != a && b != b);  // a NaN has not changed either
        } else if constexpr (HasEqual<T>::value) {
            return a == b;
        } else {
            static_assert(IsMapped<T>::value, "a live table's rows need == or ksqldbFields()");
            return std::apply(
                [&](const auto&... field) {
                    return (Same<std::decay_t<decltype(a.*(field.member))>>::check(
                                a.*(field.member), b.*(field.member)) &&
                            ...);
                },
                RowMapping<T>::get());
        }
    }
};
// What holds others would have an == that does not compile, where they have none.
template <class T>
struct Same<std::optional<T>> {
    static bool check(const std::optional<T>& a, const std::optional<T>& b) {
        return a.has_value() == b.has_value() && (!a || Same<T>::check(*a, *b));
    }
};
template <class T>
struct Same<std::vector<T>> {
    static bool check(const std::vector<T>& a, const std::vector<T>& b) {
        if (a.size() != b.size()) return false;
        for (std::size_t i = 0; i < a.size(); ++i)
            if (!Same<T>::check(a[i], b[i])) return false;
        return true;
    }
};
template <class Map>
struct SameMap {
    static bool check(const Map& a, const Map& b) {
        if (a.size() != b.size()) return false;
        for (const auto& [key, value] : a) {
            const auto found = b.find(key);
            if (found == b.end() || !Same<typename Map::mapped_type>::check(value, found->second))
                return false;
        }
        return true;
    }
};
template <class K, class V>
struct Same<std::map<K, V>> : SameMap<std::map<K, V>> {};
template <class K, class V>
struct Same<std::unordered_map<K, V>> : SameMap<std::unordered_map<K, V>> {};
template <class... A>
struct Same<std::tuple<A...>> {
    static bool check(const std::tuple<A...>& a, const std::tuple<A...>& b) {
        return check(a, b, std::index_sequence_for<A...>());
    }
    template <std::size_t... I>
    static bool check(const std::tuple<A...>& a, const std::tuple<A...>& b,
                      std::index_sequence<I...>) {
        return (Same<A>::check(std::get<I>(a), std::get<I>(b)) && ...);
    }
};

}  // namespace ksqldb::detail
