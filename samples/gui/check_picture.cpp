// Fails unless a picture has these colours, each in at least a hundred pixels:
//   check_picture FILE #RRGGBB…
#include <QColor>
#include <QImage>
#include <QString>
#include <iostream>

int main(int argc, char** argv) {
    const QImage picture = QImage(QString::fromLocal8Bit(argc > 1 ? argv[1] : ""))
                               .convertToFormat(QImage::Format_RGB32);
    if (argc < 3 || picture.isNull()) {
        std::cerr << "check_picture FILE #RRGGBB...\n";
        return 2;
    }
    int missing = 0;
    for (int i = 2; i < argc; ++i) {
        const QRgb colour = QColor(argv[i]).rgb();
        int pixels = 0;
        for (int y = 0; y < picture.height(); ++y)
            for (int x = 0; x < picture.width(); ++x)
                pixels += picture.pixel(x, y) == colour ? 1 : 0;
        std::cout << argv[i] << ": " << pixels << " pixels\n";
        if (pixels < 100) ++missing;
    }
    return missing == 0 ? 0 : 1;
}
