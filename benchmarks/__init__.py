"""Commands that measure the app; ``docs/results.md`` quotes their figures.

python -m benchmarks.digits_accuracy   single digits, and drawings that are no digit
python -m benchmarks.number_accuracy   whole numbers composed of pen digits
python -m benchmarks.photo_accuracy    digits and numbers in rendered photographs
python -m benchmarks.real_pictures     digits and numbers in real pictures of your own
python -m benchmarks.model_selection   a network, by images held out for choosing between networks
python -m benchmarks.decoder_weights   fits the weights by which a number is divided into digits
python -m benchmarks.class_lesson      a class that collects digits; crashes; what teaching gains
python -m benchmarks.load_test         a class that draws on one server at the same time
python -m benchmarks.cold_opening      bytes and time until a new visitor can draw

Each command explains its options with ``--help``. All but the last two need data sets: ``--data``
or the environment variable ``MNIST_APP_DATA`` names their folder.
"""
