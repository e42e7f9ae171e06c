"""The About page: what the app is, what happens to drawings, sources and licences."""

import streamlit as st

from mnist_app.ui import page_head
from mnist_app.words import _

page_head.title_row(_("About"))
st.markdown(
    _("""You draw a digit; a small neural network says which one it is, how sure it is, and admits
it when it cannot tell.""")
)
st.markdown(
    _("""## How it works
1. The app cuts out what you drew, shrinks it to 20×20 pixels and places it in a 28×28 image with
   its centre of mass in the middle. The images that the network learned from were made this way.
2. The network turns these 784 numbers into ten, one for each digit: how probable it finds that
   digit. They add up to 100 %. The model "best" has an eleventh answer: no digit at all.
3. If no digit is probable enough, the app says "That doesn't look like a digit" instead of
   guessing.""")
)
st.markdown(
    _("""## Your drawings and photos
They travel from your browser to the computer that runs this page and nowhere else. They stay in
its memory while your page is open. A drawing also stays in this tab of the browser, where a reload
finds it again, until the tab is closed. They are stored nowhere else, except what you draw for a
class: it keeps that until its teacher deletes it. There is no account, no tracking, and no request
to any other computer.""")
)
st.markdown(
    _("""## Thanks
The networks learned from **MNIST**, 70,000 handwritten digits collected by Yann LeCun, Corinna
Cortes and Christopher J. C. Burges; licence [CC BY-SA
3.0](https://creativecommons.org/licenses/by-sa/3.0/). The misread digits on these pages are
images of its test set. The model "best" also learned from **pen digits** by E. Alpaydin and F.
Alimoglu (UCI, 1998; licence [CC BY 4.0](https://creativecommons.org/licenses/by/4.0/)), and from
A. V. Hershey's fonts, DejaVu Sans and Noto what is no digit. How MNIST's images were made is
known from the QMNIST reconstruction by Chhavi Yadav and Léon Bottou (2019). The app stands on
Streamlit, streamlit-drawable-canvas, SQLAlchemy, segno, LiteRT, TensorFlow, Keras, OpenCV, NumPy
and Altair. Its own code is under the MIT licence.""")
)
